import { afterEach, describe, expect, it, vi } from 'vitest';
import { waitForTheAnswer } from '../../src/workspace/leaving.ts';

function page() {
  const [document, window] = [new EventTarget(), new EventTarget()];
  vi.stubGlobal('document', document);
  vi.stubGlobal('window', window);
  let byHtmx = false;
  document.addEventListener('submit', (event) => {
    if (byHtmx) event.preventDefault();
  });
  waitForTheAnswer();
  return {
    asks: () => document.dispatchEvent(new Event('htmx:before:request', { cancelable: true })),
    hears: () => document.dispatchEvent(new Event('htmx:before:response', { cancelable: true })),
    comesBack: () => window.dispatchEvent(new Event('pageshow')),
    sends: (htmx: boolean) => {
      byHtmx = htmx;
      document.dispatchEvent(new Event('submit', { cancelable: true }));
    },
  };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a page whose form was sent', () => {
  it('asks for no news and hears none until the answer is there', () => {
    const { asks, hears, sends } = page();
    expect([asks(), hears()]).toEqual([true, true]);
    sends(false);
    expect([asks(), hears()]).toEqual([false, false]);
  });

  it('goes on when htmx sends the form, or when somebody comes back', () => {
    const { asks, sends, comesBack } = page();
    sends(true);
    expect(asks()).toBe(true);
    sends(false);
    comesBack();
    expect(asks()).toBe(true);
  });
});
