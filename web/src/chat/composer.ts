import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { findBsns } from './bsn.ts';
import { texts } from './texts/index.ts';

const LONGEST = 4000;
const WARN_FROM = 3500;

export interface ComposerActions {
  typed(text: string): void;
  submit(): void;
  askForPerson(): void;
  removeBsn(): void;
}

/** How many characters too long the text is, counted as the server counts: by code point, without outer spaces. */
export function tooLongBy(text: string): number {
  return Math.max(0, lengthOf(text) - LONGEST);
}

export function composerView(draft: string, actions: ComposerActions): TemplateResult {
  const length = lengthOf(draft);
  const over = length - LONGEST;
  return html`
    <form class="composer" @submit=${submitBy(actions)}>
      <label class="composer__label" for="text">${texts.messageLabel}</label>
      <textarea
        id="text"
        class="utrecht-textarea utrecht-textarea--html-textarea composer__text"
        rows="1"
        dir="auto"
        enterkeyhint="send"
        autocomplete="off"
        aria-invalid=${over > 0 ? 'true' : 'false'}
        aria-describedby="limit"
        .value=${live(draft)}
        @input=${(event: InputEvent) => actions.typed((event.target as HTMLTextAreaElement).value)}
        @keydown=${sendOnEnter(actions)}
      ></textarea>
      <div role="status">
        ${
          findBsns(draft).length > 0
            ? html`<p class="composer__warning">
                ${texts.bsn}
                <button type="button" class="nl-button nl-button--secondary" @click=${actions.removeBsn}>${texts.bsnRemove}</button>
              </p>`
            : nothing
        }
      </div>
      <p class="composer__limit ${over > 0 ? 'composer__limit--over' : ''}" id="limit">${limit(length)}</p>
      <div class="composer__row">
        <button type="button" class="nl-button nl-button--secondary" @click=${actions.askForPerson}>${texts.person}</button>
        <button type="submit" class="nl-button nl-button--primary">${texts.send}</button>
      </div>
    </form>
  `;
}

/** Lets the text area be as high as its text; the style sheet sets the limits. */
export function fitToText(area: HTMLTextAreaElement): void {
  area.style.blockSize = 'auto';
  area.style.blockSize = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
}

function lengthOf(text: string): number {
  return [...text.trim()].length;
}

function limit(length: number): string | typeof nothing {
  if (length > LONGEST) return texts.charactersOver(length - LONGEST);
  return length >= WARN_FROM ? texts.charactersLeft(LONGEST - length) : nothing;
}

function submitBy(actions: ComposerActions) {
  return (event: Event): void => {
    event.preventDefault();
    actions.submit();
  };
}

function sendOnEnter(actions: ComposerActions) {
  return (event: KeyboardEvent): void => {
    // While a word is being composed (Chinese, dead keys), Enter belongs to that.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    actions.submit();
  };
}
