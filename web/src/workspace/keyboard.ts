/** Ctrl + Enter (or Cmd + Enter) in the answer sends it. */
export function sendWithKeyboard(): void {
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    if (event.target instanceof HTMLTextAreaElement && event.target.id === 'antwoord-text') {
      event.target.form?.requestSubmit();
    }
  });
}
