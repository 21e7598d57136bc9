/**
 * The colours and letter of an organisation, put over our own tokens. Names and values are checked: what comes from a host page is
 * somebody else's. Set one by one through the CSSOM, which a policy without `unsafe-inline` allows.
 */

/** The tokens that may be changed, without their prefix. */
export const THEMABLE = [
  'action',
  'action-hover',
  'action-text',
  'bar',
  'bar-text',
  'bar-line',
  'link',
  'accent',
  'accent-hover',
  'accent-text',
  'ground',
  'surface',
  'tint',
  'text',
  'text-soft',
  'line',
  'line-strong',
  'warm',
  'font',
  'radius',
  'radius-small',
] as const;

export type Theme = Readonly<Partial<Record<(typeof THEMABLE)[number], string>>>;

const LONGEST_VALUE = 200;
/** No `url(`, no `var(`, no `;`: a colour, a length, or a list of names. */
const VALUE =
  /^(?:#[0-9a-f]{3,8}|(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\([\d\s.,%/a-z-]+\)|[\d.]+(?:px|rem|em|%)?|[\w\s,'"-]+)$/i;

/** Only what we know, with values that can do no harm. */
export function readTheme(data: unknown): Theme {
  if (typeof data !== 'object' || data === null) return {};
  const entries = Object.entries(data).filter(
    ([name, value]) =>
      (THEMABLE as readonly string[]).includes(name) &&
      typeof value === 'string' &&
      value.length <= LONGEST_VALUE &&
      VALUE.test(value.trim()),
  );
  return Object.fromEntries(entries);
}

/** Puts the theme on `element`, and takes away what an earlier one put there. */
export function wear(element: HTMLElement, theme: Theme): void {
  for (const name of THEMABLE) {
    const value = theme[name];
    if (value) element.style.setProperty(`--voordeur-${name}`, value);
    else element.style.removeProperty(`--voordeur-${name}`);
  }
}

/** Text and the ground it stands on. */
const PAIRS = [
  ['action-text', 'action'],
  ['bar-text', 'bar'],
  ['accent-text', 'accent'],
] as const;
const READABLE = 4.5;

/**
 * The theme with what was not said: whatever ground an organisation chooses, what stands on it can be read (WCAG 1.4.3). A text colour
 * that would not be readable is replaced by black or white, and a link that would not be keeps the colour it had.
 * `luminance` gives the relative luminance of a colour (0 to 1), or null for what is not one.
 */
export function complete(theme: Theme, surface: string, luminance: (color: string) => number | null): Theme {
  const contrast = (one: string, other: string) => contrastOf(luminance(one), luminance(other));
  const whole: Record<string, string> = { ...theme };
  for (const [text, ground] of PAIRS) {
    const under = theme[ground];
    if (!under) {
      delete whole[text];
      continue;
    }
    const over = theme[text];
    const best = contrast('#fff', under) >= contrast('#000', under) ? '#fff' : '#000';
    whole[text] = over && contrast(over, under) >= READABLE ? over : best;
    // Away from the text, so that it stays readable.
    whole[`${ground}-hover`] ??= `color-mix(in srgb, ${under} 85%, ${whole[text] === '#000' ? 'white' : 'black'})`;
  }
  if (whole.bar && !theme['bar-line']) whole['bar-line'] = whole['bar-text'] ?? '';
  const link = theme.link ?? theme.action;
  if (link && contrast(link, theme.surface ?? surface) >= READABLE) whole.link = link;
  else delete whole.link;
  return whole as Theme;
}

function contrastOf(one: number | null, other: number | null): number {
  if (one === null || other === null) return 0;
  const [dark, light] = one < other ? [one, other] : [other, one];
  return (light + 0.05) / (dark + 0.05);
}

/** The relative luminance of any colour the browser knows (WCAG 2.2, "relative luminance"); null for what is not a colour. */
export function luminanceOf(color: string): number | null {
  if (!CSS.supports('color', color)) return null;
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (!context) return null;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  const [r, g, b] = [red, green, blue].map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
