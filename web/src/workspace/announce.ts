/** Tells who does not see the list that questions came in. */
export function announceNewQuestions(): void {
  const status = document.getElementById('nieuws');
  if (!status) return;
  const known = new Set(waiting());
  document.addEventListener('htmx:after:swap', () => {
    const fresh = waiting().filter((id) => !known.has(id));
    for (const id of fresh) known.add(id);
    if (fresh.length === 0) return;
    // The same sentence twice is not read twice; an empty moment in between makes it new.
    status.textContent = '';
    setTimeout(() => {
      status.textContent = fresh.length === 1 ? '1 nieuwe vraag' : `${fresh.length} nieuwe vragen`;
    }, 100);
  });
}

function waiting(): string[] {
  return [...document.querySelectorAll('[data-wacht]')].map((row) => row.id);
}
