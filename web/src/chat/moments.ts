import { language } from './texts/index.ts';

/** Times as the resident reads them: in the language of the chat, by the clock of the organisation. Empty for what is not a time. */

const IN_DUTCH = 'nl';
let zone: string | undefined;

/** The time zone of the organisation; without one the clock of the browser counts. */
export function useTimeZone(name: string): void {
  zone = name || undefined;
}

/** `14.05` in Dutch; other languages write it their own way. */
export function timeOf(iso: string): string {
  return format(iso, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** `vrijdag 27 november` */
export function dayOf(iso: string): string {
  return format(iso, { weekday: 'long', day: 'numeric', month: 'long' });
}

/** `vrijdag 27 november, 9.00` */
export function dayAndTime(iso: string): string {
  const [day, time] = [dayOf(iso), timeOf(iso).replace(/^0(?=\d)/, '')];
  return day && time ? `${day}, ${time}` : '';
}

function format(iso: string, options: Intl.DateTimeFormatOptions): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  const text = new Intl.DateTimeFormat(language === IN_DUTCH ? 'nl-NL' : language, {
    ...options,
    ...(zone && { timeZone: zone }),
  }).format(at);
  return language === IN_DUTCH ? text.replace(':', '.') : text;
}
