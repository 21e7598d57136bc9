/** The button that prints: browsers have a menu for it, so without this script nothing is lost. */
export function offerPrinting(): void {
  const button = document.querySelector<HTMLButtonElement>('[data-afdrukken]');
  if (!button) return;
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
