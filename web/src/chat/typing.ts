import type { ConversationApi } from './api.ts';
import type { Key } from './wire.ts';

const EVERY_MILLISECONDS = 3000;

/** Tells the professional that the resident is typing: not at every key, and never what. */
export class Typing {
  private toldAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly api: Pick<ConversationApi, 'typing'>) {}

  tell(key: Key): void {
    const now = performance.now();
    if (now - this.toldAt < EVERY_MILLISECONDS) return;
    this.toldAt = now;
    // A sign that does not arrive is not worth a word.
    void this.api.typing(key).catch(() => {});
  }
}
