import { type Line, Refused } from './api.ts';
import { OpeningHours } from './opening-hours.ts';
import { Outbox } from './outbox.ts';
import { Patience } from './patience.ts';
import type { Session } from './session.ts';
import { type Entry, lastSeq, merge, timeline } from './timeline.ts';
import type { Tongue } from './tongue.ts';
import { Typing } from './typing.ts';
import { uuid } from './uuid.ts';
import type {
  Choice,
  ConversationUpdate,
  Key,
  Message,
  Opening,
  Owner,
  OwnIntake,
  Professional,
  Said,
} from './wire.ts';

/**
 * starting: no answer from the server yet · gone: the server does not know it any more · erased: by the resident ·
 * idle: taken off the screen because nobody was there
 */
export type Phase = 'starting' | 'open' | 'closed' | 'gone' | 'erased' | 'idle';

const LONG_WAIT_SECONDS = 25;
// While an answer is being made we look more often, so that "thinking" does not stay on the page when there is nothing to say.
const BUSY_WAIT_SECONDS = 5;
const TOO_SOON_MILLISECONDS = 500;

/**
 * One resident's conversation in one tab: keeps it in step with the server, and loses nothing that was typed.
 * Call `start` once; `onChange` is called whenever there is something new to show.
 */
export class Conversation {
  phase: Phase = 'starting';
  owner: Owner = 'assistant';
  assistantBusy = false;
  professional: Professional | null = null;
  professionalTyping = false;
  connected = true;
  /** Whether what is shown was said before this page was loaded. */
  resuming = false;
  onChange: () => void = () => {};

  private key: Key | null = null;
  private messages: readonly Message[] = [];
  /** The last number when the resident took the question back: a reference after it is a new question. */
  private withdrawnUpTo = 0;
  private outbox = new Outbox();
  private text = '';
  private run = new AbortController();
  private sending = false;
  /** Which languages the chat spoke, the last one now. There is always one. */
  private tongues: readonly Tongue[];
  private readonly typing: Typing;
  private readonly hours: OpeningHours;
  private readonly hearing = new Patience();
  private readonly speaking = new Patience();

  constructor(
    private readonly api: Line,
    private readonly session: Session,
    language: string = 'nl',
    private readonly now: () => string = () => new Date().toISOString(),
  ) {
    this.tongues = [{ after: 0, language }];
    this.typing = new Typing(api);
    this.hours = new OpeningHours(api, () => this.onChange());
  }

  /** Whether somebody is at work; known while the resident waits for a person. */
  get opening(): Opening | null {
    return this.owner === 'waiting' ? this.hours.now : null;
  }

  get entries(): readonly Entry[] {
    return timeline(this.messages, this.outbox, this.connected, this.tongues);
  }

  get language(): string {
    return this.tongues.at(-1)?.language ?? 'nl';
  }

  get draft(): string {
    return this.text;
  }

  set draft(text: string) {
    this.text = text;
    this.remember();
    if (text !== '' && this.key && this.owner === 'professional') this.typing.tell(this.key);
  }

  /** Goes on with the conversation of this tab, or opens a new one. */
  start(): void {
    const { key, draft, unsent, tongues } = this.session.load();
    if (tongues.length > 0) this.tongues = tongues;
    this.begin('starting');
    this.key = key;
    this.text = draft;
    this.outbox = new Outbox(unsent);
    this.resuming = key !== null;
    this.onChange();
    void this.listen(this.run.signal);
  }

  /** Stops talking to the server. What the tab remembers stays. */
  stop(): void {
    this.run.abort();
  }

  /** Stops, and nothing of the conversation is left in this tab. */
  forget(phase: Phase = 'gone'): void {
    this.session.forget();
    this.begin(phase);
    this.run.abort();
    this.onChange();
  }

  /** Begins a new conversation. What was being typed stays, for it was not said to anybody yet. */
  restart(): void {
    const draft = this.text;
    this.forget('starting');
    this.session.save({ key: null, draft, unsent: [], tongues: [{ after: 0, language: this.language }] });
    this.start();
  }

  say(text: string): void {
    this.put({ clientMessageId: uuid(), text }, text);
  }

  choose(choice: Choice): void {
    this.put({ clientMessageId: uuid(), choice: choice.id }, choice.label);
  }

  /** Something changed for the better, or the resident asks to try now. */
  hurry(): void {
    this.hearing.hurry();
    this.speaking.hurry();
  }

  /** Takes a refused message out. Gives its text back, to be changed and sent again; empty for a choice. */
  takeBack(id: string): string {
    const item = this.outbox.all.find(({ said, delivery }) => said.clientMessageId === id && delivery === 'refused');
    if (!item) return '';
    this.outbox.remove(id);
    this.onChange();
    return 'text' in item.said ? item.said.text : '';
  }

  /** The conversation as plain text. Throws `Refused` or `Unreachable`. */
  async transcript(): Promise<string> {
    return this.key ? this.api.transcript(this.key) : '';
  }

  /** Takes back what was handed over. Throws `Refused` or `Unreachable`, and then nothing is taken back. */
  async withdraw(): Promise<void> {
    if (!this.key) return;
    await this.api.withdraw(this.key);
    this.withdrawnUpTo = lastSeq(this.messages);
    this.onChange();
  }

  /** Whether something was handed over that the resident can still take back. */
  get handedOver(): boolean {
    return this.messages.some(({ intakeReference, seq }) => intakeReference && seq > this.withdrawnUpTo);
  }

  /** What became of the question, or null. Throws `Refused` or `Unreachable`. */
  async ownIntake(): Promise<OwnIntake | null> {
    return this.key ? this.api.intake(this.key) : null;
  }

  /** Throws `Refused` or `Unreachable`. */
  async judge(score: number, text: string): Promise<void> {
    if (this.key) await this.api.judge(this.key, score, text);
  }

  /** From now on in this language. What was said stays as it was. */
  speak(language: string): void {
    this.tongues = [...this.tongues, { after: lastSeq(this.messages), language }];
    // Where the server does not know the language, or is away, the chat itself still speaks it.
    if (this.key) void this.api.speak(this.key, language).catch(() => {});
    this.remember();
  }

  /** Erases the conversation on the server, then here. Throws `Refused` or `Unreachable`, and then nothing is erased. */
  async erase(): Promise<void> {
    if (this.key) await this.api.erase(this.key);
    this.forget('erased');
  }

  private begin(phase: Phase): void {
    this.run.abort();
    this.run = new AbortController();
    this.phase = phase;
    this.key = null;
    this.messages = [];
    this.withdrawnUpTo = 0;
    this.outbox = new Outbox();
    this.text = '';
    this.owner = 'assistant';
    this.assistantBusy = false;
    this.professional = null;
    this.professionalTyping = false;
    this.connected = true;
    this.resuming = false;
    this.sending = false;
  }

  private put(said: Said, text: string): void {
    this.outbox.add(said, text, this.now());
    this.remember();
    this.onChange();
    void this.send(this.run.signal);
  }

  private async listen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (this.phase === 'starting' || this.phase === 'open')) {
      try {
        await (this.key ? this.hear(this.key, signal) : this.open(signal));
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Refused && this.key) {
          this.lose();
        } else {
          this.setConnected(false);
          await this.hearing.wait(signal);
        }
      }
    }
  }

  private async open(signal: AbortSignal): Promise<void> {
    const { id, token, messages } = await this.api.create(this.language);
    if (signal.aborted) return;
    this.key = { id, token };
    this.apply({ messages, owner: 'assistant', status: 'open', assistantBusy: false });
  }

  private async hear(key: Key, signal: AbortSignal): Promise<void> {
    const wait = this.phase === 'starting' ? 0 : this.assistantBusy ? BUSY_WAIT_SECONDS : LONG_WAIT_SECONDS;
    const asked = performance.now();
    const update = await this.api.read(key, lastSeq(this.messages), wait, signal);
    if (signal.aborted) return;
    this.apply(update);
    // A proxy may answer at once instead of waiting; that must not become a storm of requests.
    const soon = performance.now() - asked < TOO_SOON_MILLISECONDS;
    if (soon && wait > 0 && update.messages.length === 0) await this.hearing.wait(signal);
    else this.hearing.reset();
  }

  private apply(update: ConversationUpdate): void {
    this.messages = merge(this.messages, update.messages);
    this.owner = update.owner;
    this.assistantBusy = update.assistantBusy;
    this.professional = update.professional ?? null;
    this.professionalTyping = update.professionalTyping ?? false;
    if (this.owner === 'waiting') void this.hours.look();
    this.phase = update.status === 'closed' ? 'closed' : 'open';
    this.outbox.settle(this.messages);
    this.remember();
    this.setConnected(true);
    this.onChange();
    void this.send(this.run.signal);
  }

  /** Sends what is waiting, one by one and in order. */
  private async send(signal: AbortSignal): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    for (let item = this.outbox.next; item && this.key && !signal.aborted; item = this.outbox.next) {
      const id = item.said.clientMessageId;
      this.outbox.trying(id, lastSeq(this.messages));
      this.remember();
      this.onChange();
      try {
        const seq = await this.api.send(this.key, item.said);
        if (signal.aborted) return;
        this.outbox.stored(id, seq);
        this.outbox.settle(this.messages);
        this.speaking.reset();
        this.setConnected(true);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof Refused)) {
          this.outbox.later(id);
          this.setConnected(false);
          await this.speaking.wait(signal);
        } else if (error.status === 404) {
          this.outbox.later(id);
          this.lose();
        } else {
          this.outbox.refuse(id, error.detail);
        }
      }
      if (signal.aborted) return;
      this.remember();
      this.onChange();
    }
    this.sending = false;
  }

  /** The server does not know this conversation. While starting that means: begin anew, with what was not sent yet. */
  private lose(): void {
    if (this.phase === 'starting') {
      this.key = null;
      this.resuming = false;
      this.remember();
    } else {
      const draft = this.text;
      this.forget();
      this.text = draft;
    }
  }

  private setConnected(connected: boolean): void {
    if (this.connected === connected) return;
    this.connected = connected;
    if (connected) this.speaking.hurry();
    this.onChange();
  }

  private remember(): void {
    this.session.save({ key: this.key, draft: this.text, unsent: this.outbox.unsent, tongues: this.tongues });
  }
}
