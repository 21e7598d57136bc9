import type { Delivery, Outbox } from './outbox.ts';
import { languageOf, type Tongue } from './tongue.ts';
import type { Choice, Kind, Message, Sender } from './wire.ts';

/** One message as the page shows it. `key` stays the same from the moment it is typed until long after it is stored. */
export interface Entry {
  readonly key: string;
  readonly sender: Sender;
  readonly senderName: string;
  readonly text: string;
  readonly kind: Kind;
  readonly createdAt: string;
  readonly reference: string;
  readonly choices: readonly Choice[];
  /** Whether the choices can still be taken. */
  readonly open: boolean;
  /** The label of the choice that was taken. */
  readonly taken: string | null;
  /** Only for the resident's own messages. */
  readonly delivery: Delivery | null;
  readonly reason: string;
  /** The language it is in; empty where a person wrote it. */
  readonly language: string;
}

/** The known messages with the new ones: each once, in the order of their numbers. */
export function merge(known: readonly Message[], incoming: readonly Message[]): readonly Message[] {
  const bySeq = new Map([...known, ...incoming].map((message) => [message.seq, message]));
  return [...bySeq.values()].sort((one, other) => one.seq - other.seq);
}

export function lastSeq(messages: readonly Message[]): number {
  return messages.at(-1)?.seq ?? 0;
}

/**
 * Everything there is to show: what the server has, then what is still on its way.
 * As long as we are connected, a message that waits for its turn is on its way for the resident.
 */
export function timeline(
  messages: readonly Message[],
  outbox: Outbox,
  connected: boolean,
  tongues: readonly Tongue[],
): readonly Entry[] {
  const uncertain = outbox.uncertain;
  const uncertainSeq = uncertain && findUncertain(messages, outbox, uncertain.triedAfter ?? 0);
  const stored = messages.map((message) => {
    const id = message.seq === uncertainSeq ? uncertain?.said.clientMessageId : outbox.idOf(message.seq);
    return fromMessage(message, id ?? `seq-${message.seq}`, tongues);
  });
  const underway = outbox.all
    .filter((item) => uncertainSeq === undefined || item !== uncertain)
    .map(
      (item): Entry => ({
        key: item.said.clientMessageId,
        sender: 'resident',
        senderName: '',
        text: item.text,
        kind: 'text',
        createdAt: item.createdAt,
        reference: '',
        choices: [],
        open: false,
        taken: null,
        delivery: connected && item.delivery === 'waiting' ? 'sending' : item.delivery,
        reason: item.reason,
        language: '',
      }),
    );
  return withChoices([...stored, ...underway]);
}

/**
 * The number under which the server stored a message whose acknowledgement has not come (yet).
 * The messages carry no id of ours, but only one is underway at a time: the first unknown one after it was tried is it.
 */
function findUncertain(messages: readonly Message[], outbox: Outbox, after: number): number | undefined {
  return messages.find(
    (message) => message.sender === 'resident' && message.seq > after && outbox.idOf(message.seq) === undefined,
  )?.seq;
}

function fromMessage(message: Message, key: string, tongues: readonly Tongue[]): Entry {
  return {
    key,
    sender: message.sender,
    senderName: message.senderName,
    text: message.text,
    kind: message.kind,
    createdAt: message.createdAt,
    reference: message.intakeReference ?? '',
    choices: message.choices,
    open: false,
    taken: null,
    delivery: message.sender === 'resident' ? 'stored' : null,
    reason: '',
    language: languageOf(message, tongues),
  };
}

/** Only the newest question can still be answered by button, and only until the resident says something. */
function withChoices(entries: readonly Entry[]): readonly Entry[] {
  const isAnswer = (entry: Entry) => entry.sender === 'resident' && entry.delivery !== 'refused';
  const spoken = entries.findLastIndex(isAnswer);
  const question = entries.findLastIndex((entry) => entry.choices.length > 0);
  return entries.map((entry, index) => {
    if (entry.choices.length === 0) return entry;
    if (index === question && index > spoken) return { ...entry, open: true };
    const answer = entries.slice(index + 1).find(isAnswer);
    const taken = entry.choices.find((choice) => choice.label === answer?.text);
    return { ...entry, taken: taken?.label ?? null };
  });
}
