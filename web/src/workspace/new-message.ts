import { notify } from './alarm';
import { choice } from './choices';
import { ring } from './ring';

/** A sound or a notice of the browser, for who chose so, when the resident of this page has written. */
export function announceMessages(): void {
  let known = last();
  document.addEventListener('htmx:after:swap', () => {
    const now = last();
    if (now === known || !now) return;
    known = now;
    if (!document.getElementById(now)?.classList.contains('werk-bericht--resident')) return;
    if (choice('geluid')) ring('bericht');
    if (choice('melding') && document.hidden) notify('Nieuw bericht', 'Een inwoner heeft geantwoord.');
  });
}

function last(): string {
  return [...document.querySelectorAll('#gesprek .werk-bericht')].at(-1)?.id ?? '';
}
