/**
 * What the chat in its frame and the loader on the host page say to each other.
 * No word of the conversation is in it: the host page must not be able to read along.
 */

export type FromFrame = 'ready' | 'close' | 'leave';
export type FromLoader = 'opened' | 'dress';

/** How the host page wants the chat to look and begin. Not a word of it is trusted: the chat checks names, values and lengths. */
export interface Dress {
  readonly theme: Readonly<Record<string, string>>;
  readonly startText: string;
}

interface Envelope<Kind extends string> {
  readonly source: 'voordeur';
  readonly type: Kind;
}

const FROM_FRAME: readonly FromFrame[] = ['ready', 'close', 'leave'];
const FROM_LOADER: readonly FromLoader[] = ['opened', 'dress'];
const LONGEST_START_TEXT = 300;

export function envelope<Kind extends FromFrame | FromLoader>(type: Kind): Envelope<Kind> {
  return { source: 'voordeur', type };
}

/** The kind of message the frame sent, or null for anything else that came by postMessage. */
export function readFromFrame(data: unknown): FromFrame | null {
  return readOneOf(FROM_FRAME, data);
}

/** The kind of message the loader sent, or null. */
export function readFromLoader(data: unknown): FromLoader | null {
  return readOneOf(FROM_LOADER, data);
}

function readOneOf<Kind extends string>(kinds: readonly Kind[], data: unknown): Kind | null {
  if (typeof data !== 'object' || data === null) return null;
  const { source, type } = data as Partial<Envelope<string>>;
  if (source !== 'voordeur') return null;
  return kinds.find((kind) => kind === type) ?? null;
}

/** What came along with `dress`; anything that is not text is left out. */
export function readDress(data: unknown): Dress {
  const { theme, startText } = data as Partial<Record<keyof Dress, unknown>>;
  const entries = typeof theme === 'object' && theme !== null ? Object.entries(theme) : [];
  return {
    theme: Object.fromEntries(entries.filter(([, value]) => typeof value === 'string')),
    startText: typeof startText === 'string' ? startText.slice(0, LONGEST_START_TEXT) : '',
  };
}
