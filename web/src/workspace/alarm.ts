import { choice } from './choices';
import { type Alarm, isLeader } from './news';
import { ring } from './ring';

const RING_EVERY_MS = 2500;

/**
 * Rings as long as somebody in crisis waits and nobody has come, for who chose so. The bar on the page says it to everybody,
 * also without sound. One page of a browser rings, not all of them.
 */
export function watchAlarms(): void {
  let notified = '';
  const call = (): void => {
    const waiting = alarms();
    if (!waiting) notified = '';
    if (!waiting || !isLeader()) return;
    if (choice('geluid')) ring('alarm');
    if (waiting !== notified && choice('melding')) {
      notified = waiting;
      notify('Crisis', 'Iemand wacht nu op een medewerker.');
    }
  };
  setInterval(call, RING_EVERY_MS);
  document.body.addEventListener('alarm', (event) => {
    const before = alarms();
    show((event as CustomEvent<Alarm[]>).detail);
    if (alarms() !== before) call();
  });
}

/** Shows who is in danger before the bar asks for itself again, in the same words. */
function show(told: Alarm[]): void {
  const place = document.getElementById('alarm');
  const waiting = told.map((alarm) => alarm.reference).join(' ');
  if (!place || waiting === alarms()) return;
  place.replaceChildren();
  if (told.length === 0) return;
  const box = element('div', 'werk-alarm');
  box.dataset.alarm = waiting;
  const text = element('p', 'werk-alarm__tekst');
  const crisis = document.createElement('strong');
  crisis.textContent = 'Crisis.';
  const who = told.length === 1 ? 'Iemand wacht' : `${told.length} mensen wachten`;
  text.append(crisis, ` ${who} nu op een medewerker.`);
  const list = element('ul', 'werk-alarm__lijst');
  for (const alarm of told) {
    const link = document.createElement('a');
    link.href = `/werk/vragen/${alarm.id}`;
    link.textContent = alarm.reference;
    const item = document.createElement('li');
    item.append(link);
    list.append(item);
  }
  box.append(text, list);
  place.append(box);
}

function element(name: string, style: string): HTMLElement {
  const made = document.createElement(name);
  made.className = style;
  return made;
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
