import { describe, expect, it } from 'vitest';
import { Outbox } from '../../src/chat/outbox.ts';
import { merge, timeline } from '../../src/chat/timeline.ts';
import { message } from './fakes.ts';

const question = message(2, 'assistant', 'Klopt dat?', {
  choices: [
    { id: 'a', label: 'Ja' },
    { id: 'b', label: 'Nee' },
  ],
});

describe('merge', () => {
  it('puts messages in the order of their numbers, each once', () => {
    const one = message(1, 'assistant', 'een');
    const two = message(2, 'resident', 'twee');
    const three = message(3, 'assistant', 'drie');
    expect(merge([one, three], [three, two])).toEqual([one, two, three]);
  });
});

describe('choices', () => {
  it('are open as long as the newest question is not answered', () => {
    expect(timeline([question], new Outbox(), true, [])[0]?.open).toBe(true);
  });

  it('close as soon as an answer is underway, and show which one was taken', () => {
    const outbox = new Outbox();
    outbox.add({ clientMessageId: 'x', choice: 'a' }, 'Ja', '');
    expect(timeline([question], outbox, true, [])[0]).toMatchObject({ open: false, taken: 'Ja' });
  });

  it('close when a newer question came', () => {
    const newer = { ...question, seq: 3 };
    expect(timeline([question, newer], new Outbox(), true, []).map((entry) => entry.open)).toEqual([false, true]);
  });

  it('stay open when a professional says something without a question', () => {
    const said = message(3, 'professional', 'Ik lees mee.');
    expect(timeline([question, said], new Outbox(), true, [])[0]?.open).toBe(true);
  });

  it('open again when the server refused the answer', () => {
    const outbox = new Outbox();
    outbox.add({ clientMessageId: 'x', text: 'Ja' }, 'Ja', '');
    outbox.refuse('x', 'nee');
    expect(timeline([question], outbox, true, [])[0]).toMatchObject({ open: true, taken: null });
  });
});

describe('a message of the resident', () => {
  it('keeps its key from typing to stored, so that it stays one element on the page', () => {
    const outbox = new Outbox();
    outbox.add({ clientMessageId: 'x', text: 'hoi' }, 'hoi', '');
    expect(timeline([], outbox, true, []).map((entry) => entry.key)).toEqual(['x']);
    outbox.trying('x', 0);
    outbox.stored('x', 1);
    expect(timeline([], outbox, true, []).map((entry) => entry.key)).toEqual(['x']);
    const shown = [message(1, 'resident', 'hoi')];
    outbox.settle(shown);
    expect(timeline(shown, outbox, true, []).map((entry) => entry.key)).toEqual(['x']);
  });

  it('is not shown twice when the server shows it before it acknowledges it', () => {
    const outbox = new Outbox();
    outbox.add({ clientMessageId: 'x', text: 'mijn bsn is 123' }, 'mijn bsn is 123', '');
    outbox.trying('x', 1);
    const shown = [message(1, 'assistant', 'Hallo'), message(2, 'resident', 'mijn bsn is [weggehaald]')];
    expect(timeline(shown, outbox, true, []).map(({ key, text }) => [key, text])).toEqual([
      ['seq-1', 'Hallo'],
      ['x', 'mijn bsn is [weggehaald]'],
    ]);
  });
});
