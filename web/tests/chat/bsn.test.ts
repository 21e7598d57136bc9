import { describe, expect, it } from 'vitest';
import { findBsns, withoutBsns } from '../../src/chat/bsn.ts';

describe('a citizen service number', () => {
  it.each(['111222333', '111 222 333', '1112.22.333', 'mijn bsn is 123456782.'])('is found in %s', (text) => {
    expect(findBsns(text)).toHaveLength(1);
  });

  it.each([
    '111222334', // does not pass the eleven test
    '000000000',
    '06 12345678',
    '1112223330', // part of a longer number
    '11122233',
    'NL91 ABNA 0417 1643 00',
  ])('is not seen in %s', (text) => {
    expect(findBsns(text)).toEqual([]);
  });

  it('is taken out, and the rest stays', () => {
    expect(withoutBsns('ik ben 111222333 en ik heb schulden')).toBe('ik ben  en ik heb schulden');
  });
});
