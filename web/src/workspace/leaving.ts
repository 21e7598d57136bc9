/**
 * While the answer to a form is on its way, the page it stands on asks for no news any more. What the form did is news too: a page
 * that loads itself again because of it would never get to the answer, and nobody would read that it was done.
 */
export function waitForTheAnswer(): void {
  let leaving = false;
  document.addEventListener('submit', (event) => {
    // A form that htmx sends stays on the page.
    leaving = !event.defaultPrevented;
  });
  window.addEventListener('pageshow', () => {
    leaving = false;
  });
  for (const name of ['htmx:before:request', 'htmx:before:response']) {
    document.addEventListener(name, (event) => {
      if (leaving) event.preventDefault();
    });
  }
}
