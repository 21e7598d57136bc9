import type { Message } from './wire.ts';

/** From the message after this number on, the chat speaks this language. */
export interface Tongue {
  readonly after: number;
  readonly language: string;
}

/** What only these languages write. Where a language says little, the rest is Dutch, and screen readers must hear which is which. */
const LETTERS: Readonly<Record<string, RegExp>> = {
  ar: /\p{Script=Arabic}/u,
  uk: /\p{Script=Cyrillic}/u,
  ti: /\p{Script=Ethiopic}/u,
  pl: /[ąćęłńśźż]/i,
  tr: /[ğışİ]/,
};
const DUTCH = 'nl';

/**
 * The language a message is in (WCAG 3.1.2); empty for what a person wrote, who may write in any. A message keeps the language in which it
 * was said when the chat goes on in another.
 */
export function languageOf({ sender, seq, text }: Message, tongues: readonly Tongue[]): string {
  if (sender === 'resident' || sender === 'professional') return '';
  const language = tongues.findLast(({ after }) => after < seq)?.language ?? DUTCH;
  const letters = LETTERS[language];
  return !letters || letters.test(text) ? language : DUTCH;
}
