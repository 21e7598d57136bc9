import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ConversationApi, Refused } from '../../src/chat/api.ts';
import { Conversation } from '../../src/chat/conversation.ts';
import { Session } from '../../src/chat/session.ts';
import { FakeApi, MemoryStorage, message } from './fakes.ts';

let api: FakeApi;
let storage: MemoryStorage;

function open(): Conversation {
  const conversation = new Conversation(api as unknown as ConversationApi, new Session(() => storage));
  conversation.start();
  return conversation;
}

/** Lets everything that is ready happen, without any time going by. */
const settle = () => vi.advanceTimersByTimeAsync(0);
const later = () => vi.advanceTimersByTimeAsync(60_000);
const texts = (conversation: Conversation) => conversation.entries.map((entry) => entry.text);
const deliveries = (conversation: Conversation) =>
  conversation.entries.flatMap((entry) => (entry.delivery ? [entry.delivery] : []));

beforeEach(() => {
  vi.useFakeTimers();
  api = new FakeApi();
  storage = new MemoryStorage();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('starting', () => {
  it('opens a conversation and shows the greeting', async () => {
    const conversation = open();
    await settle();
    expect(conversation.phase).toBe('open');
    expect(texts(conversation)).toEqual(['Hallo']);
  });

  it('keeps trying when the server does not answer, and sends what was typed meanwhile', async () => {
    api.online = false;
    const conversation = open();
    conversation.say('hoi');
    await settle();
    expect(conversation.connected).toBe(false);
    expect(deliveries(conversation)).toEqual(['waiting']);
    api.online = true;
    await later();
    expect(conversation.connected).toBe(true);
    expect(texts(conversation)).toEqual(['Hallo', 'hoi']);
    expect(api.created).toBe(1);
  });

  it('goes on with the conversation of this tab after a reload', async () => {
    const first = open();
    await settle();
    first.stop();
    const again = open();
    await settle();
    expect(api.created).toBe(1);
    expect(texts(again)).toEqual(['Hallo']);
  });

  it('begins anew when the server does not know the conversation of this tab any more', async () => {
    const first = open();
    await settle();
    first.stop();
    api.gone.add('c1');
    const again = open();
    await settle();
    expect(api.created).toBe(2);
    expect(again.entries[0]?.text).toBe('Hallo');
  });
});

describe('sending', () => {
  it('shows the message at once, and as stored when the server has it', async () => {
    const conversation = open();
    await settle();
    conversation.say('hoi');
    expect(deliveries(conversation)).toEqual(['sending']);
    await settle();
    expect(deliveries(conversation)).toEqual(['stored']);
  });

  it('tries again under the same id, and the message is there once', async () => {
    const conversation = open();
    await settle();
    api.answersLost = true;
    conversation.say('hoi');
    await settle();
    expect(deliveries(conversation)).toEqual(['waiting']);
    api.answersLost = false;
    conversation.hurry();
    await settle();
    api.tell([]);
    await settle();
    expect(new Set(api.sent.map((said) => said.clientMessageId)).size).toBe(1);
    expect(api.sent.length).toBe(2);
    expect(texts(conversation)).toEqual(['Hallo', 'hoi']);
    expect(deliveries(conversation)).toEqual(['stored']);
  });

  it('keeps the order of what was written without a connection', async () => {
    const conversation = open();
    await settle();
    api.online = false;
    conversation.say('een');
    conversation.say('twee');
    conversation.say('drie');
    await settle();
    expect(deliveries(conversation)).toEqual(['waiting', 'waiting', 'waiting']);
    api.online = true;
    await later();
    expect([...api.stored.values()]).toEqual([2, 3, 4]);
    expect(texts(conversation)).toEqual(['Hallo', 'een', 'twee', 'drie']);
  });

  it('sends what was waiting after a reload, under the same id', async () => {
    const first = open();
    await settle();
    api.answersLost = true;
    first.say('hoi');
    await settle();
    first.stop();
    api.answersLost = false;
    const again = open();
    await settle();
    expect(api.stored.size).toBe(1);
    expect(texts(again)).toEqual(['Hallo', 'hoi']);
    expect(deliveries(again)).toEqual(['stored']);
  });

  it('goes on with the next message when one is refused, and gives the refused text back', async () => {
    const conversation = open();
    await settle();
    api.refuse = (said) => ('text' in said && said.text === 'fout' ? new Refused(400, 'Dit kan niet.') : null);
    conversation.say('fout');
    conversation.say('goed');
    await settle();
    expect([...api.stored.values()]).toEqual([2]);
    const refused = conversation.entries.find((entry) => entry.delivery === 'refused');
    expect(refused).toMatchObject({ text: 'fout', reason: 'Dit kan niet.' });
    expect(conversation.takeBack(refused?.key ?? '')).toBe('fout');
    expect(texts(conversation)).not.toContain('fout');
  });

  it('sends the id of a choice and shows its label', async () => {
    const conversation = open();
    await settle();
    conversation.choose({ id: 'a', label: 'Ja, dat klopt' });
    expect(texts(conversation)).toEqual(['Hallo', 'Ja, dat klopt']);
    await settle();
    expect(api.sent[0]).toMatchObject({ choice: 'a' });
  });
});

describe('hearing', () => {
  it('ends when the conversation was erased elsewhere, and what was being typed stays', async () => {
    const conversation = open();
    await settle();
    conversation.draft = 'nog iets';
    api.gone.add('c1');
    api.tell([message(2, 'assistant', 'Dag')]);
    await settle();
    expect(conversation.phase).toBe('gone');
    expect(conversation.entries).toEqual([]);
    expect(conversation.draft).toBe('nog iets');
    expect(storage.length).toBe(0);
  });

  it('knows whether somebody is at work, for who waits for a person', async () => {
    const conversation = open();
    await settle();
    expect(conversation.opening).toBeNull();
    api.tell([message(2, 'system', 'Ik heb een medewerker gevraagd.')], { owner: 'waiting' });
    await settle();
    expect(conversation.opening?.open).toBe(true);
    api.tell([message(3, 'system', 'Sanne leest mee.')], { owner: 'professional' });
    await settle();
    expect(conversation.opening).toBeNull();
  });

  it('tells a person that the resident types, and a computer never', async () => {
    const conversation = open();
    await settle();
    conversation.draft = 'ik';
    expect(api.typed).toBe(0);
    api.tell([], { owner: 'professional' });
    await settle();
    conversation.draft = 'ik h';
    conversation.draft = 'ik he';
    expect(api.typed).toBe(1);
  });

  it('goes on in another language, and what was said keeps its own', async () => {
    const conversation = open();
    await settle();
    conversation.speak('en');
    api.tell([message(2, 'assistant', 'Hello')]);
    await settle();
    expect(api.spoken).toEqual(['en']);
    expect(conversation.entries.map(({ language }) => language)).toEqual(['nl', 'en']);
  });

  it('shows what others say, and who answers now', async () => {
    const conversation = open();
    await settle();
    const sanne = { name: 'Sanne', team: 'Team Gemert-Bakel' };
    api.tell([message(2, 'professional', 'Dag', { senderName: 'Sanne' })], {
      owner: 'professional',
      professional: sanne,
    });
    await settle();
    expect(texts(conversation)).toEqual(['Hallo', 'Dag']);
    expect(conversation.owner).toBe('professional');
    expect(conversation.professional).toEqual(sanne);
  });

  it('gets everything it missed while the connection was gone', async () => {
    const conversation = open();
    await settle();
    api.online = false;
    api.dropReader();
    await settle();
    expect(conversation.connected).toBe(false);
    api.tell([message(2, 'professional', 'een'), message(3, 'professional', 'twee')]);
    api.online = true;
    await later();
    expect(texts(conversation)).toEqual(['Hallo', 'een', 'twee']);
    expect(api.askedAfter.at(-1)).toBe(3);
  });

  it('asks again at a calm pace when a proxy does not let the server wait', async () => {
    const read = vi.spyOn(api, 'read').mockImplementation(async (_key, after) => ({
      messages: after < 1 ? [message(1, 'assistant', 'Hallo')] : [],
      owner: 'assistant',
      status: 'open',
      assistantBusy: false,
    }));
    const conversation = open();
    await vi.advanceTimersByTimeAsync(60_000);
    conversation.stop();
    expect(read.mock.calls.length).toBeLessThan(15);
  });

  it('stops when the conversation is closed', async () => {
    const conversation = open();
    await settle();
    api.tell([], { status: 'closed' });
    await settle();
    expect(conversation.phase).toBe('closed');
    const asked = api.askedAfter.length;
    await later();
    expect(api.askedAfter.length).toBe(asked);
  });
});

describe('what this tab remembers', () => {
  it('is the draft too, over a reload', async () => {
    const first = open();
    await settle();
    first.draft = 'ik wil graag';
    first.stop();
    expect(open().draft).toBe('ik wil graag');
  });

  it('is nothing after erasing', async () => {
    const conversation = open();
    await settle();
    conversation.draft = 'iets';
    await conversation.erase();
    expect(api.erased).toBe(1);
    expect(storage.length).toBe(0);
    expect(conversation.entries).toEqual([]);
    expect(conversation.draft).toBe('');
    expect(conversation.phase).toBe('erased');
  });

  it('is everything when erasing failed', async () => {
    const conversation = open();
    await settle();
    api.online = false;
    await expect(conversation.erase()).rejects.toThrow();
    expect(conversation.phase).toBe('open');
    expect(storage.length).toBe(1);
  });

  it('is nothing after leaving in a hurry, and nothing comes back', async () => {
    const conversation = open();
    await settle();
    conversation.say('hoi');
    conversation.forget();
    await later();
    expect(storage.length).toBe(0);
    expect(conversation.entries).toEqual([]);
  });

  it('is a new conversation after a restart, and the draft', async () => {
    const conversation = open();
    await settle();
    conversation.draft = 'half af';
    conversation.restart();
    await settle();
    expect(api.created).toBe(2);
    expect(conversation.draft).toBe('half af');
    expect(conversation.phase).toBe('open');
  });
});
