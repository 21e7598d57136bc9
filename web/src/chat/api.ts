import type { ConversationStart, ConversationUpdate, Key, Opening, OwnIntake, Said } from './wire.ts';

/** The server understood and said no. Asking again in the same way does not help. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
  ) {
    super(`refused: ${status}`);
  }
}

/** No answer, too busy, or an error on the other side. Asking again later helps. `detail` is for the resident, if there is one. */
export class Unreachable extends Error {
  constructor(readonly detail: string = '') {
    super('unreachable');
  }
}

const ANSWER_WITHIN_MILLISECONDS = 15_000;
const TIMEOUT = 408;
const TOO_MANY = 429;

/** The resident's side of the conversations API. Every method throws `Refused` or `Unreachable`. */
export class ConversationApi {
  constructor(
    private readonly base: string,
    private readonly fetch: typeof globalThis.fetch = globalThis.fetch.bind(globalThis),
  ) {}

  async create(language: string): Promise<ConversationStart> {
    return parse(await this.ask('/conversations', { method: 'POST', body: { channel: 'web', language } }));
  }

  /** From now on assistant and organisation say what they can in this language. */
  async speak(key: Key, language: string): Promise<void> {
    await this.ask(`/conversations/${key.id}`, { method: 'PATCH', key, body: { language } });
  }

  /** Gives the number under which the message is stored. The same `said` again gives the same number. */
  async send(key: Key, said: Said): Promise<number> {
    const answer = await this.ask(`/conversations/${key.id}/messages`, { method: 'POST', key, body: said });
    return parse<{ seq: number }>(answer).seq;
  }

  /** Messages later than `after`; waits up to `wait` seconds (at most 25) for something to change. */
  async read(key: Key, after: number, wait: number, signal: AbortSignal): Promise<ConversationUpdate> {
    const path = `/conversations/${key.id}/messages?after=${after}&wait=${wait}`;
    return parse(await this.ask(path, { key, signal, extraMilliseconds: wait * 1000 }));
  }

  /** The whole conversation as plain text. */
  async transcript(key: Key): Promise<string> {
    return this.ask(`/conversations/${key.id}/transcript`, { key });
  }

  /** What became of the question, or null when nothing was handed over. */
  async intake(key: Key): Promise<OwnIntake | null> {
    try {
      return parse(await this.ask(`/conversations/${key.id}/intake`, { key }));
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return null;
      throw error;
    }
  }

  /** Tells the professional that the resident is typing; no word of it goes along. */
  async typing(key: Key): Promise<void> {
    await this.ask(`/conversations/${key.id}/typing`, { method: 'POST', key });
  }

  /** What the resident thinks of it: 1 (not good) to 5 (good), and words if there are any. */
  async judge(key: Key, score: number, text: string): Promise<void> {
    const body = text.trim() ? { score, text } : { score };
    await this.ask(`/conversations/${key.id}/feedback`, { method: 'POST', key, body });
  }

  /** Whether somebody is at work now. */
  async opening(): Promise<Opening> {
    return parse(await this.ask('/organisation', {}));
  }

  /** Takes back what was handed over in this conversation; the conversation itself stays. */
  async withdraw(key: Key): Promise<void> {
    await this.ask(`/conversations/${key.id}/intake`, { method: 'DELETE', key });
  }

  /** Erases the conversation. One that is not there any more counts as erased. */
  async erase(key: Key): Promise<void> {
    try {
      await this.ask(`/conversations/${key.id}`, { method: 'DELETE', key });
    } catch (error) {
      if (!(error instanceof Refused && error.status === 404)) throw error;
    }
  }

  private async ask(path: string, options: Options): Promise<string> {
    const headers: Record<string, string> = {};
    if (options.key) headers.Authorization = `Bearer ${options.key.token}`;
    if (options.body) headers['Content-Type'] = 'application/json';
    const giveUp = new AbortController();
    // A connection can die without a word, for example when a phone changes network.
    const timer = setTimeout(() => giveUp.abort(), ANSWER_WITHIN_MILLISECONDS + (options.extraMilliseconds ?? 0));
    const stop = () => giveUp.abort();
    options.signal?.addEventListener('abort', stop);
    try {
      const response = await this.fetch(this.base + path, {
        method: options.method ?? 'GET',
        headers,
        body: options.body ? JSON.stringify(options.body) : null,
        signal: giveUp.signal,
        credentials: 'omit',
        cache: 'no-store',
      });
      const body = await response.text();
      if (response.ok) return body;
      const { status } = response;
      const later = status >= 500 || status === TOO_MANY || status === TIMEOUT;
      throw later ? new Unreachable(detailOf(body)) : new Refused(status, detailOf(body));
    } catch (error) {
      if (error instanceof Refused || error instanceof Unreachable) throw error;
      throw new Unreachable();
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', stop);
    }
  }
}

/** What a conversation asks of the server: what `ConversationApi` does over HTTP. */
export type Line = Pick<ConversationApi, keyof ConversationApi>;

interface Options {
  readonly method?: 'POST' | 'PATCH' | 'DELETE';
  readonly key?: Key;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly extraMilliseconds?: number;
}

/** A page that is not JSON is not from our API: a proxy or the sign-in page of a public network. */
function parse<T>(body: string): T {
  try {
    return JSON.parse(body) as T;
  } catch {
    throw new Unreachable();
  }
}

/** The sentence of an `application/problem+json`; empty for any other body. */
function detailOf(body: string): string {
  try {
    const { detail } = JSON.parse(body) as { detail?: unknown };
    return typeof detail === 'string' ? detail : '';
  } catch {
    return '';
  }
}
