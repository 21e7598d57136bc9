import { describe, expect, it } from 'vitest';
import { complete, readTheme } from '../../src/shared/theme.ts';

/** Of `#rgb` and `#rrggbb`, as the browser would say. */
function luminance(color: string): number | null {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(color)?.[1];
  if (!hex) return null;
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex;
  const [r, g, b] = [0, 2, 4].map((at) => {
    const value = Number.parseInt(full.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const whole = (theme: Record<string, string>) => complete(readTheme(theme), '#fff', luminance);

describe('a theme of a host page', () => {
  it('keeps tokens we know with values that are colours, lengths or letters', () => {
    const theme = { action: '#005ea5', bar: 'rgb(0 94 165 / 90%)', font: '"Fira Sans", sans-serif', radius: '4px' };
    expect(readTheme(theme)).toEqual(theme);
  });

  it.each([
    { unknown: '#000' },
    { action: 'url(https://elders.example/x)' },
    { action: 'red; background: url(x)' },
    { action: 'var(--secret)' },
    { font: 'expression(alert(1))' },
    { action: 'x'.repeat(201) },
    { action: 5 },
    'action',
    null,
  ])('leaves out %j', (theme) => {
    expect(readTheme(theme)).toEqual({});
  });

  it.each([
    ['#005ea5', '#fff'],
    ['#ffd94d', '#000'],
  ])('puts readable text on %s', (action, text) => {
    expect(whole({ action })).toMatchObject({ action, 'action-text': text });
  });

  it('replaces a text colour that could not be read', () => {
    expect(whole({ bar: '#ffffff', 'bar-text': '#eeeeee' })).toMatchObject({ 'bar-text': '#000' });
  });

  it('keeps its own text colour where that can be read', () => {
    expect(whole({ bar: '#154273', 'bar-text': '#ffeeaa' })).toMatchObject({ 'bar-text': '#ffeeaa' });
  });

  it('takes the action for links, unless nobody could read those', () => {
    expect(whole({ action: '#005ea5' })).toMatchObject({ link: '#005ea5' });
    expect(whole({ action: '#ffd94d' })).not.toHaveProperty('link');
  });

  it('has no text colour without a ground', () => {
    expect(whole({ 'action-text': '#eee' })).toEqual({});
  });
});
