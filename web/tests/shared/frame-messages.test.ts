import { describe, expect, it } from 'vitest';
import { envelope, readFromFrame, readFromLoader } from '../../src/shared/frame-messages.ts';

describe('the line between frame and loader', () => {
  it('carries the words of one side to the other, and not back', () => {
    expect(readFromFrame(envelope('leave'))).toBe('leave');
    expect(readFromLoader(envelope('opened'))).toBe('opened');
    expect(readFromFrame(envelope('opened'))).toBeNull();
  });

  it.each([null, 'close', { type: 'close' }, { source: 'voordeur', type: 'constructor' }, { source: 'voordeur' }])(
    'does not understand %j',
    (data) => {
      expect(readFromFrame(data)).toBeNull();
    },
  );
});
