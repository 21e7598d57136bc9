const EVERY_MS = 3000;

/** Lets the resident and colleagues see that somebody is typing: at most once in three seconds, and never what. */
export function tellTyping(): void {
  let told = 0;
  document.addEventListener('input', (event) => {
    const field = event.target;
    if (!(field instanceof HTMLTextAreaElement) || field.id !== 'antwoord-text' || !field.value.trim()) return;
    const address = field.form?.dataset.typt;
    const now = Date.now();
    if (!address || now - told < EVERY_MS) return;
    told = now;
    const csrf = field.form?.querySelector<HTMLInputElement>('[name=csrf]')?.value ?? '';
    // A sign that is lost comes again in three seconds.
    fetch(address, { method: 'POST', body: new URLSearchParams({ csrf }) }).catch(() => undefined);
  });
}
