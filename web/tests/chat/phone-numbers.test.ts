import { describe, expect, it } from 'vitest';
import { splitPhoneNumbers } from '../../src/chat/phone-numbers.ts';

const dialled = (text: string) => splitPhoneNumbers(text).flatMap((part) => (part.dial ? [part.dial] : []));

describe('splitPhoneNumbers', () => {
  it.each([
    ['Bel 0492 00 00 00.', ['0492000000']],
    ['Bel 06-12345678 of +31 6 12 34 56 78', ['0612345678', '+31612345678']],
    ['Veilig Thuis: 0800-2000 (dag en nacht, gratis)', ['08002000']],
    ['Geldfit via 0800-8115.', ['08008115']],
    ['Is er direct gevaar? Bel 112.', ['112']],
    ['113 Zelfmoordpreventie: 113 (dag en nacht)', ['113']],
  ])('finds the numbers in %j', (text, numbers) => {
    expect(dialled(text)).toEqual(numbers);
  });

  it.each([
    'Uw nummer is V-7K3F-9QXM',
    'Op 01-02-2026 12 uur',
    '€ 112 per maand, of 112,50',
    'NL91 ABNA 0417 1643 00',
    'Postcode 5421 AB, huisnummer 1120',
  ])('leaves %j alone', (text) => {
    expect(dialled(text)).toEqual([]);
  });

  it('gives the whole text back, whatever is in it', () => {
    const text = 'Bel <b>112</b> of\n0800-2000 & "wacht"';
    expect(
      splitPhoneNumbers(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
  });
});
