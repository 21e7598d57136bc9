export interface Part {
  readonly text: string;
  /** The number to dial, digits and a leading plus only; absent for plain text. */
  readonly dial?: string;
}

const EMERGENCY = /(?<![\d€.,-]\s?)\b11[23]\b(?![.,]?\d|%| euro| [A-Z])/.source;
const SERVICE = /\b0(?:800|88|900|906|909)[ -]?\d{4}(?:\d{3})?\b/.source;
const SUBSCRIBER = /(?<![A-Z]{4} ?)(?:\+31[ -]?|\b0)[1-9](?:[ -]?\d){8}\b/.source;
const DATE = /(?!\d{2}-\d{2}-\d{4})/.source;

/**
 * Cuts a text at the Dutch telephone numbers in it, so that the page can make links of them without parsing HTML.
 * "113 Zelfmoordpreventie" is a name and stays text; a date or an account number is not a telephone number.
 */
export function splitPhoneNumbers(text: string): readonly Part[] {
  const numbers = new RegExp(`${EMERGENCY}|${DATE}(?:${SERVICE}|${SUBSCRIBER})`, 'g');
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(numbers)) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: match[0], dial: match[0].replace(/[^\d+]/g, '') });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}
