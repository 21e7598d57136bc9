/** Puts an answer that is ready into the field, after what was typed already; the professional reads it and sends it. */
export function offerReadyAnswers(): void {
  show();
  document.addEventListener('htmx:after:swap', show);
  document.addEventListener('change', (event) => {
    const list = event.target;
    if (!(list instanceof HTMLSelectElement) || list.id !== 'klaar-antwoord' || !list.value) return;
    const field = document.querySelector<HTMLTextAreaElement>('#antwoord-text');
    if (!field) return;
    field.value = field.value.trim() ? `${field.value.trimEnd()}\n\n${list.value}` : list.value;
    list.value = '';
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

/** The list does nothing without this script, so it is hidden until the script is there. */
function show(): void {
  for (const part of document.querySelectorAll<HTMLElement>('[data-klaar]')) part.hidden = false;
}
