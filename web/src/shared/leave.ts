/** An innocent page that many people have open. */
const ELSEWHERE = 'https://www.buienradar.nl';

/** Empties the page at once. Loading another takes a moment, and somebody may be looking over a shoulder. */
export function blankPage(): void {
  document.title = '\u200B';
  document.body.replaceChildren();
}

/** Puts another page in the place of this one, so that the Back button does not lead here. */
export function goElsewhere(): void {
  window.location.replace(ELSEWHERE);
}
