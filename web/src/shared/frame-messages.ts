/**
 * What the chat in its frame and the loader on the host page say to each other.
 * No word of the conversation is in it: the host page must not be able to read along.
 */

export type FromFrame = 'ready' | 'close' | 'leave';
export type FromLoader = 'opened';

interface Envelope<Kind extends string> {
  readonly source: 'voordeur';
  readonly type: Kind;
}

const FROM_FRAME: readonly FromFrame[] = ['ready', 'close', 'leave'];
const FROM_LOADER: readonly FromLoader[] = ['opened'];

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
