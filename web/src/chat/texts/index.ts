import { ar } from './ar.ts';
import { en } from './en.ts';
import { nl } from './nl.ts';
import { pl } from './pl.ts';
import { ti } from './ti.ts';
import { tr } from './tr.ts';
import { uk } from './uk.ts';

export type Texts = typeof nl;

/** What a language has no word for is said in Dutch, and marked so by `lang` where it stands apart. */
const ALL: Readonly<Record<string, Partial<Texts>>> = { nl, en, ar, uk, pl, tr, ti };

/** The words of the chat now. Read it when drawing, never keep it: `speak` puts other words here. */
export let texts: Texts = nl;
export let language = 'nl';

/** Makes the chat speak `code` from now on; an unknown language is Dutch. */
export function speak(code: string): void {
  language = code in ALL ? code : 'nl';
  texts = { ...nl, ...ALL[language] };
}

export function speaks(code: string): boolean {
  return code in ALL;
}

/** How a person is asked for: in the words of the resident where the assistant surely knows them, else in Dutch. */
export function personWords(): string {
  return language === 'en' ? texts.person : nl.person;
}
