import { choice } from './choices';
import { isLeader } from './news';
import { ring } from './ring';

const RING_EVERY_MS = 2500;

/**
 * Rings as long as somebody in crisis waits and nobody has come, for who chose so. The bar on the page says it to everybody,
 * also without sound. One page of a browser rings, not all of them.
 */
export function watchAlarms(): void {
  let notified = '';
  setInterval(() => {
    const waiting = alarms();
    if (!waiting) notified = '';
    if (!waiting || !isLeader()) return;
    if (choice('geluid')) ring('alarm');
    if (waiting !== notified && choice('melding')) {
      notified = waiting;
      notify('Crisis', 'Iemand wacht nu op een medewerker.');
    }
  }, RING_EVERY_MS);
}

/** A notice of the browser, without a word of what is the matter: others may see the screen. */
export function notify(title: string, body: string): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const notice = new Notification(title, { body, tag: 'voordeur', icon: '/static/icon.svg' });
  notice.addEventListener('click', () => {
    window.focus();
    notice.close();
  });
}

function alarms(): string {
  return document.querySelector<HTMLElement>('[data-alarm]')?.dataset.alarm ?? '';
}
