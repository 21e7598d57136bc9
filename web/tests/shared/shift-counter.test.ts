import { describe, expect, it } from 'vitest';
import { ShiftCounter } from '../../src/shared/shift-counter.ts';

function press(counter: ShiftCounter, key: string, timeStamp = 0): number | null {
  counter.take({ type: 'keydown', key, repeat: false, timeStamp });
  return counter.take({ type: 'keyup', key, repeat: false, timeStamp });
}

describe('ShiftCounter', () => {
  it('counts three times Shift down to zero', () => {
    const counter = new ShiftCounter();
    expect([press(counter, 'Shift'), press(counter, 'Shift'), press(counter, 'Shift')]).toEqual([2, 1, 0]);
  });

  it('does not count Shift for a capital letter', () => {
    const counter = new ShiftCounter();
    for (const letter of ['A', 'B', 'C']) {
      counter.take({ type: 'keydown', key: 'Shift', repeat: false, timeStamp: 0 });
      press(counter, letter);
      expect(counter.take({ type: 'keyup', key: 'Shift', repeat: false, timeStamp: 0 })).toBeNull();
    }
  });

  it('starts again when another key is pressed in between, or after five seconds', () => {
    const counter = new ShiftCounter();
    press(counter, 'Shift');
    press(counter, 'a');
    expect(press(counter, 'Shift', 1000)).toBe(2);
    expect(press(counter, 'Shift', 7000)).toBe(2);
  });
});
