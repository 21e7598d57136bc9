/*
 * One script tag puts the chat on any site:
 *   <script src="https://…/widget.js" data-label="Stel uw vraag" data-position="left" defer></script>
 * The chat itself lives in a frame of our own origin: scripts and styles of the host page cannot read it.
 */
import { blankPage, goElsewhere } from '../shared/leave.ts';
import { ShiftCounter } from '../shared/shift-counter.ts';
import { complete, luminanceOf, readTheme, wear } from '../shared/theme.ts';
import css from './launcher.css?inline';
import { Panel } from './panel.ts';
import { themeOf, wishesOf } from './wishes.ts';
import { directionOf, wordsOf } from './words.ts';

const BUBBLE = 'M4 5h16v11H10l-5 4v-4H4z';
const CROSS = 'm6 6 12 12M18 6 6 18';

function put(script: HTMLScriptElement): void {
  const wishes = wishesOf(script);
  const words = wordsOf(wishes.language);
  const host = document.createElement('div');
  host.lang = wishes.language;
  host.dir = directionOf(wishes.language);
  host.dataset.position = wishes.position;
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const launcher = document.createElement('button');
  launcher.type = 'button';
  launcher.className = 'launcher';
  launcher.setAttribute('aria-controls', 'panel');
  const icon = drawing();
  const label = document.createElement('span');
  launcher.append(icon.svg, label);

  const title = [words.title, wishes.organisation].filter((part) => part !== '').join(': ');
  const panel = new Panel(new URL(script.src).origin, title, wishes.language, {
    close,
    leave,
    dress: () => ({ theme: themeOf(script), startText: wishes.startText }),
  });
  root.append(panel.element, launcher);

  function show(): void {
    launcher.setAttribute('aria-expanded', String(panel.isOpen));
    icon.path.setAttribute('d', panel.isOpen ? CROSS : BUBBLE);
    label.textContent = panel.isOpen ? words.close : wishes.label || words.label;
  }

  function dress(): void {
    wear(host, complete(readTheme(themeOf(script)), '#fff', luminanceOf));
    panel.dress();
  }

  function close(): void {
    panel.close();
    show();
    launcher.focus();
  }

  function leave(): void {
    blankPage();
    goElsewhere();
  }

  launcher.addEventListener('click', () => {
    if (panel.isOpen) {
      close();
    } else {
      panel.open();
      show();
    }
  });
  launcher.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && panel.isOpen) close();
  });

  // Keys pressed on the host page do not reach the frame, so three times Shift is counted here too.
  const shifts = new ShiftCounter();
  const count = (event: KeyboardEvent): void => {
    if (panel.wasOpened && shifts.take(event) === 0) leave();
  };
  window.addEventListener('keydown', count);
  window.addEventListener('keyup', count);
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', dress);

  show();
  document.body.append(host);
  dress();
}

function drawing(): { svg: SVGElement; path: SVGElement } {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  svg.append(path);
  return { svg, path };
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  if (document.body) put(script);
  else document.addEventListener('DOMContentLoaded', () => put(script));
}
