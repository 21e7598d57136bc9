import { describe, expect, it } from 'vitest';
import { languageOf } from '../../src/chat/tongue.ts';
import { message } from './fakes.ts';

const from = (language: string, after = 0) => [{ after, language }];

describe('the language of a message', () => {
  it('is that of the chat when it was said', () => {
    const tongues = [...from('nl'), ...from('en', 5)];
    expect(languageOf(message(5, 'assistant', 'Hallo'), tongues)).toBe('nl');
    expect(languageOf(message(6, 'assistant', 'Hello'), tongues)).toBe('en');
  });

  it.each([
    ['ar', 'أنت تنتظر موظفًا'],
    ['uk', 'Ви чекаєте на працівника'],
    ['ti', 'ሕጂ ሓገዝ'],
    ['pl', 'Proszę zadzwonić'],
    ['tr', 'Bir çalışanı bekliyorsunuz'],
  ])('is %s where it is said in it, and Dutch where it is not', (language, text) => {
    expect(languageOf(message(1, 'assistant', text), from(language))).toBe(language);
    expect(languageOf(message(2, 'assistant', 'In welk dorp woont u?'), from(language))).toBe('nl');
  });

  it.each(['resident', 'professional'] as const)('is not known of what a %s wrote', (sender) => {
    expect(languageOf(message(1, sender, 'Hello'), from('nl'))).toBe('');
  });
});
