/*
 * One script tag puts the chat on any site:
 *   <script src="https://…/widget.js" data-label="Stel uw vraag" data-position="left" defer></script>
 * The chat itself lives in a frame of our own origin: scripts and styles of the host page cannot read it.
 */
import { blankPage, goElsewhere } from '../shared/leave.ts';
import { ShiftCounter } from '../shared/shift-counter.ts';
import css from './launcher.css?inline';
import { Panel } from './panel.ts';

const LABEL = 'Vertel wat er is';
const CLOSE = 'Sluit de chat';
const TITLE = 'Chat';
const BUBBLE = 'M4 5h16v11H10l-5 4v-4H4z';
const CROSS = 'm6 6 12 12M18 6 6 18';

function put(script: HTMLScriptElement): void {
  const label = script.dataset.label || LABEL;
  const host = document.createElement('div');
  host.lang = 'nl';
  host.dataset.position = script.dataset.position === 'left' ? 'left' : 'right';
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const launcher = document.createElement('button');
  launcher.type = 'button';
  launcher.className = 'launcher';
  launcher.setAttribute('aria-controls', 'panel');
  const icon = drawing();
  const words = document.createElement('span');
  launcher.append(icon.svg, words);

  const panel = new Panel(new URL(script.src).origin, TITLE, { close, leave });
  root.append(panel.element, launcher);

  function show(): void {
    launcher.setAttribute('aria-expanded', String(panel.isOpen));
    icon.path.setAttribute('d', panel.isOpen ? CROSS : BUBBLE);
    words.textContent = panel.isOpen ? CLOSE : label;
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

  show();
  document.body.append(host);
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
