import type { Message, Said } from './wire.ts';

/** sending: on its way · waiting: goes as soon as it can · refused: the server will not have it · stored: it has a number */
export type Delivery = 'sending' | 'waiting' | 'refused' | 'stored';

/** A message of the resident that the server has not shown back yet. */
export interface Outgoing {
  readonly said: Said;
  /** What the resident sees: the typed text, or the label of the choice. */
  readonly text: string;
  readonly createdAt: string;
  readonly delivery: Delivery;
  /** The last number known when it was first tried: the server may have stored it under any later one. */
  readonly triedAfter: number | null;
  readonly seq: number | null;
  readonly reason: string;
}

/** What has to survive a reload so that the message is sent again under the same id. */
export type Unsent = Pick<Outgoing, 'said' | 'text' | 'createdAt' | 'triedAfter'>;

/** The resident's messages in the order in which they were written, until the server shows them back. */
export class Outbox {
  private items: Outgoing[] = [];
  /** Number of a stored message to the id it was sent under, so that its element on the page stays the same one. */
  private readonly ids = new Map<number, string>();

  constructor(unsent: readonly Unsent[] = []) {
    this.items = unsent.map((item) => ({ ...item, delivery: 'waiting', seq: null, reason: '' }));
  }

  get all(): readonly Outgoing[] {
    return this.items;
  }

  get unsent(): readonly Unsent[] {
    return this.items
      .filter((item) => item.delivery === 'sending' || item.delivery === 'waiting')
      .map(({ said, text, createdAt, triedAfter }) => ({ said, text, createdAt, triedAfter }));
  }

  /** The next one to send. */
  get next(): Outgoing | undefined {
    return this.items.find((item) => item.delivery === 'waiting');
  }

  /** The one of which we do not know whether the server has it. There is at most one: they go one by one. */
  get uncertain(): Outgoing | undefined {
    return this.items.find((item) => item.triedAfter !== null && item.seq === null && item.delivery !== 'refused');
  }

  add(said: Said, text: string, createdAt: string): void {
    this.items.push({ said, text, createdAt, delivery: 'waiting', triedAfter: null, seq: null, reason: '' });
  }

  trying(id: string, lastSeq: number): void {
    this.change(id, (item) => ({ ...item, delivery: 'sending', triedAfter: item.triedAfter ?? lastSeq }));
  }

  /** It did not get through; it goes again later, under the same id. */
  later(id: string): void {
    this.change(id, (item) => ({ ...item, delivery: 'waiting' }));
  }

  refuse(id: string, reason: string): void {
    this.change(id, (item) => ({ ...item, delivery: 'refused', reason }));
  }

  stored(id: string, seq: number): void {
    this.ids.set(seq, id);
    this.change(id, (item) => ({ ...item, delivery: 'stored', seq }));
  }

  /** Takes out what the server has shown back. */
  settle(messages: readonly Message[]): void {
    const shown = new Set(messages.map((message) => message.seq));
    this.items = this.items.filter((item) => item.seq === null || !shown.has(item.seq));
  }

  remove(id: string): void {
    this.items = this.items.filter((item) => item.said.clientMessageId !== id);
  }

  /** The id under which this tab sent the message with this number, if it did. */
  idOf(seq: number): string | undefined {
    return this.ids.get(seq);
  }

  private change(id: string, how: (item: Outgoing) => Outgoing): void {
    this.items = this.items.map((item) => (item.said.clientMessageId === id ? how(item) : item));
  }
}
