const NEAR_THE_END = 80;

/** Keeps the last message in sight, unless somebody is reading further up. */
export function followConversation(): void {
  toTheEnd();
  let atTheEnd = true;
  document.addEventListener('htmx:before:swap', () => {
    const roll = conversation();
    atTheEnd = !roll || roll.scrollHeight - roll.scrollTop - roll.clientHeight < NEAR_THE_END;
  });
  document.addEventListener('htmx:after:swap', () => {
    if (atTheEnd) toTheEnd();
  });
}

function conversation(): Element | null {
  return document.querySelector('.werk-gesprek__rol');
}

function toTheEnd(): void {
  const roll = conversation();
  if (roll) roll.scrollTop = roll.scrollHeight;
}
