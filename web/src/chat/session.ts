import type { Unsent } from './outbox.ts';
import type { Tongue } from './tongue.ts';
import type { Key } from './wire.ts';

/** What one tab remembers over a reload: the key of the conversation, its languages, and what the server does not have yet. */
export interface Remembered {
  readonly key: Key | null;
  readonly draft: string;
  readonly unsent: readonly Unsent[];
  /** Which languages the chat spoke, and from where on; empty in a new tab. */
  readonly tongues: readonly Tongue[];
}

const NAME = 'voordeur';
const NOTHING: Remembered = { key: null, draft: '', unsent: [], tongues: [] };

/**
 * Keeps it in sessionStorage: gone when the tab closes, never seen by another tab.
 * A browser that allows no storage at all still has a working chat, until a reload.
 */
export class Session {
  constructor(private readonly storage: () => Storage = () => window.sessionStorage) {}

  load(): Remembered {
    try {
      const stored = this.storage().getItem(NAME);
      return stored ? { ...NOTHING, ...(JSON.parse(stored) as Partial<Remembered>) } : NOTHING;
    } catch {
      return NOTHING;
    }
  }

  save(remembered: Remembered): void {
    try {
      this.storage().setItem(NAME, JSON.stringify(remembered));
    } catch {
      // Storage is full or forbidden: memory is all there is.
    }
  }

  forget(): void {
    try {
      this.storage().removeItem(NAME);
    } catch {
      // Where nothing can be stored, nothing is left behind.
    }
  }
}
