import { THEMABLE } from '../shared/theme.ts';

/** What the host page asks for, by the attributes of the script tag. */
export interface Wishes {
  readonly label: string;
  readonly organisation: string;
  readonly language: string;
  readonly position: 'left' | 'right';
  readonly startText: string;
}

const LANGUAGE = /^[a-z]{2,3}$/;

/** `data-label`, `data-organisation`, `data-language`, `data-position`, `data-start-text`. Without a language: that of the page. */
export function wishesOf(script: HTMLScriptElement): Wishes {
  const { label = '', organisation = '', language, position, startText = '' } = script.dataset;
  const asked = (language || document.documentElement.lang).toLowerCase().split('-')[0] ?? '';
  return {
    label,
    organisation,
    language: LANGUAGE.test(asked) ? asked : 'nl',
    position: position === 'left' ? 'left' : 'right',
    startText,
  };
}

/**
 * The organisation's tokens: `data-action="#005ea5"` and so on at the script tag, else `--voordeur-action` in the style sheet of the
 * page. Read each time, for a page may have other colours in the dark.
 */
export function themeOf(script: HTMLScriptElement): Record<string, string> {
  const page = getComputedStyle(document.documentElement);
  const found = THEMABLE.map((name): [string, string] => [
    name,
    (script.getAttribute(`data-${name}`) ?? page.getPropertyValue(`--voordeur-${name}`)).trim(),
  ]);
  return Object.fromEntries(found.filter(([, value]) => value !== ''));
}
