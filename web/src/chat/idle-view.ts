import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { Idle } from './idle.ts';
import { texts } from './texts/index.ts';

/** Asks whether somebody is still there, with the focus on the answer. Nobody is typing at that moment: that is why it asks. */
export function idleView(idle: Idle, end: () => void): TemplateResult | typeof nothing {
  if (idle.minutesLeft === null) return nothing;
  return html`<div class="menu idle" role="alertdialog" aria-labelledby="idle-title" aria-describedby="idle-text">
    <h2 class="menu__title" id="idle-title">${texts.idleTitle}</h2>
    <p class="menu__explanation" id="idle-text">${texts.idleWarning(idle.minutesLeft)}</p>
    <div class="menu__row">
      <button type="button" class="nl-button nl-button--primary" ${ref(focusOnce)} @click=${() => idle.stay()}>${texts.idleStay}</button>
      <button type="button" class="nl-button nl-button--secondary" @click=${end}>${texts.idleEnd}</button>
    </div>
  </div>`;
}

/** Lit calls this with the element when it appears and with nothing when it goes. */
function focusOnce(element: Element | undefined): void {
  if (element instanceof HTMLElement) queueMicrotask(() => element.focus());
}
