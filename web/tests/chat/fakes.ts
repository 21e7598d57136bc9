import { type ConversationApi, Refused, Unreachable } from '../../src/chat/api.ts';
import type { ConversationStart, ConversationUpdate, Key, Message, Opening, Said } from '../../src/chat/wire.ts';

export function message(seq: number, sender: Message['sender'], text: string, extra: Partial<Message> = {}): Message {
  return {
    seq,
    sender,
    senderName: sender,
    text,
    choices: [],
    createdAt: '2026-11-22T10:00:00Z',
    kind: 'text',
    ...extra,
  };
}

export class MemoryStorage implements Storage {
  private readonly items = new Map<string, string>();

  get length(): number {
    return this.items.size;
  }

  clear(): void {
    this.items.clear();
  }

  getItem(name: string): string | null {
    return this.items.get(name) ?? null;
  }

  key(index: number): string | null {
    return [...this.items.keys()][index] ?? null;
  }

  removeItem(name: string): void {
    this.items.delete(name);
  }

  setItem(name: string, value: string): void {
    this.items.set(name, value);
  }
}

type Answer<T> = (value: T | Error) => void;

/**
 * A server that answers when the test says so. It stores what arrives, once for each id, even when the answer gets lost.
 */
export class FakeApi
  implements Pick<ConversationApi, 'create' | 'send' | 'read' | 'transcript' | 'erase' | 'typing' | 'opening' | 'speak'>
{
  online = true;
  /** Answers get lost on the way back: the message is stored, and the sender does not know. */
  answersLost = false;
  created = 0;
  erased = 0;
  typed = 0;
  readonly spoken: string[] = [];
  readonly sent: Said[] = [];
  readonly stored = new Map<string, number>();
  readonly askedAfter: number[] = [];
  refuse: ((said: Said) => Error | null) | null = null;
  /** Ids of conversations that the server does not know any more. */
  readonly gone = new Set<string>();
  private messages: Message[] = [message(1, 'assistant', 'Hallo')];
  private reader: { after: number; answer: Answer<ConversationUpdate> } | null = null;
  private state: Omit<ConversationUpdate, 'messages'> = { owner: 'assistant', status: 'open', assistantBusy: false };

  async create(): Promise<ConversationStart> {
    if (!this.online) throw new Unreachable();
    this.created += 1;
    return { id: `c${this.created}`, token: `t${this.created}`, messages: this.messages };
  }

  async send(_key: Key, said: Said): Promise<number> {
    this.sent.push(said);
    if (!this.online) throw new Unreachable();
    const refusal = this.refuse?.(said);
    if (refusal) throw refusal;
    const seq = this.stored.get(said.clientMessageId) ?? this.store(said);
    if (this.answersLost) throw new Unreachable();
    return seq;
  }

  read(key: Key, after: number, wait: number, signal: AbortSignal): Promise<ConversationUpdate> {
    this.askedAfter.push(after);
    if (this.gone.has(key.id)) return Promise.reject(new Refused(404, ''));
    if (!this.online) return Promise.reject(new Unreachable());
    return new Promise((resolve, reject) => {
      const answer: Answer<ConversationUpdate> = (value) => (value instanceof Error ? reject(value) : resolve(value));
      signal.addEventListener('abort', () => answer(new Unreachable()));
      this.reader = { after, answer };
      if (wait === 0 || this.messages.some(({ seq }) => seq > after)) this.answerReader();
    });
  }

  async typing(): Promise<void> {
    this.typed += 1;
  }

  async opening(): Promise<Opening> {
    return { open: true, closesAt: '2100-01-01T17:00:00Z', opensAt: null };
  }

  async speak(_key: Key, language: string): Promise<void> {
    this.spoken.push(language);
  }

  async transcript(): Promise<string> {
    return this.messages.map(({ text }) => text).join('\n');
  }

  async erase(): Promise<void> {
    if (!this.online) throw new Unreachable('later');
    this.erased += 1;
  }

  /** Somebody says something, or the state changes; a waiting reader hears it. */
  tell(messages: readonly Message[], state: Partial<Omit<ConversationUpdate, 'messages'>> = {}): void {
    this.messages.push(...messages);
    this.state = { ...this.state, ...state };
    this.answerReader();
  }

  /** The waiting reader loses its connection. */
  dropReader(): void {
    this.reader?.answer(new Unreachable());
    this.reader = null;
  }

  get lastSeq(): number {
    return this.messages.at(-1)?.seq ?? 0;
  }

  private store(said: Said): number {
    const seq = this.lastSeq + 1;
    this.stored.set(said.clientMessageId, seq);
    this.messages.push(message(seq, 'resident', 'text' in said ? said.text : `choice ${said.choice}`));
    return seq;
  }

  private answerReader(): void {
    const { reader } = this;
    this.reader = null;
    reader?.answer({ ...this.state, messages: this.messages.filter(({ seq }) => seq > reader.after) });
  }
}
