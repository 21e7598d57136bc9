/** Nine digits, perhaps with spaces, dots or hyphens in between, that do not belong to a longer number. */
const NINE_DIGITS = /(?<!\d)(?<!\d[.-])\d(?:[ .-]?\d){8}(?![.-]?\d)/g;

/**
 * The citizen service numbers in a text, as written, by the "eleven test" of the Dutch government: nine times the first digit, eight
 * times the second, and so on, minus the last, is divisible by eleven. The server takes them out too; this only warns in time.
 */
export function findBsns(text: string): readonly string[] {
  return [...text.matchAll(NINE_DIGITS)].map(([found]) => found).filter(isBsn);
}

/** The text without them. */
export function withoutBsns(text: string): string {
  return findBsns(text)
    .reduce((rest, bsn) => rest.replace(bsn, ''), text)
    .trim();
}

function isBsn(written: string): boolean {
  const digits = [...written.replace(/\D/g, '')].map(Number);
  const last = digits[8] ?? 0;
  const sum = digits.slice(0, 8).reduce((total, digit, index) => total + digit * (9 - index), 0) - last;
  return sum % 11 === 0 && digits.some((digit) => digit !== 0);
}
