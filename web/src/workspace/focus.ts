/**
 * Keeps the keyboard where it was. A refresh leaves an element that stays in its place alone; when the one that had the
 * focus is gone (a colleague was first), its list takes over, and not the top of the page.
 */
export function keepFocus(): void {
  document.getElementById('wat-er-mis-is')?.focus();
  let list: string | null = null;
  document.addEventListener('htmx:before:swap', () => {
    list = document.activeElement?.closest('section')?.getAttribute('aria-labelledby') ?? null;
  });
  document.addEventListener('htmx:after:swap', () => {
    if (list && (document.activeElement === document.body || !document.activeElement)) {
      document.getElementById(list)?.focus();
    }
  });
}
