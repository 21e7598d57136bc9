import { html, nothing, type TemplateResult } from 'lit';
import * as icons from './icons.ts';
import { timeOf } from './moments.ts';
import { withPhoneLinks } from './phone-link.ts';
import { texts } from './texts/index.ts';
import type { Entry } from './timeline.ts';
import type { Choice } from './wire.ts';

export interface MessageActions {
  choose(choice: Choice): void;
  tryAgain(): void;
  takeBack(key: string): void;
  /** Reads it aloud. */
  read(entry: Entry): void;
}

/** One message: who, when, what, and what can be done with it. Texts become text nodes, never HTML. */
export function messageView(entry: Entry, actions: MessageActions, aloud: boolean): TemplateResult {
  const own = entry.sender === 'resident';
  return html`
    <article class="message message--${entry.sender} message--${entry.kind}" aria-labelledby="from-${entry.key}" lang=${entry.language}>
      <header class="message__head">
        <span class="message__sender" id="from-${entry.key}">${senderIcon(entry)}${senderName(entry)}</span>
        <time class="message__time" datetime=${entry.createdAt}>${timeOf(entry.createdAt)}</time>
        ${aloud && !own ? readButton(entry, actions) : nothing}
      </header>
      <div dir="auto" class="message__body ${entry.kind === 'crisis' ? 'utrecht-alert utrecht-alert--error' : ''}">${body(entry)}</div>
      ${entry.choices.length > 0 ? choices(entry, actions) : nothing}
      ${own ? delivery(entry, actions) : nothing}
    </article>
  `;
}

function readButton(entry: Entry, actions: MessageActions): TemplateResult {
  return html`<button type="button" class="message__read" aria-describedby="from-${entry.key}" @click=${() => actions.read(entry)}>
    ${icons.sound}${texts.aloudThis}
  </button>`;
}

function senderName(entry: Entry): string {
  if (entry.sender === 'resident') return texts.resident;
  return entry.sender === 'professional' ? `${entry.senderName}, ${texts.professional}` : entry.senderName;
}

function senderIcon(entry: Entry) {
  if (entry.sender === 'assistant') return icons.computer;
  return entry.sender === 'professional' ? icons.person : nothing;
}

function body(entry: Entry): TemplateResult {
  const text = html`<p class="message__text">${entry.sender === 'resident' ? entry.text : withPhoneLinks(entry.text)}</p>`;
  switch (entry.kind) {
    case 'crisis':
      return html`<div><h2 class="message__title">${icons.alarm}${texts.crisis}</h2>${text}</div>`;
    case 'summary':
      return html`<h2 class="message__title">${texts.summary}</h2>${text}`;
    case 'reference':
      return html`<h2 class="message__title">${texts.reference}</h2>
        <p class="message__reference">${entry.reference}</p>
        ${text}`;
    default:
      return text;
  }
}

function choices(entry: Entry, actions: MessageActions): TemplateResult {
  return html`
    <div class="choices" role="group" aria-labelledby="from-${entry.key}">
      ${entry.choices.map((choice) => choiceButton(choice, entry, actions))}
    </div>
  `;
}

/**
 * A used button is `aria-disabled`, not `disabled`: the keyboard focus that may be on it must not vanish.
 * It is out of the tab order, so that a long conversation does not become a row of dead stops.
 */
function choiceButton(choice: Choice, entry: Entry, actions: MessageActions): TemplateResult {
  const taken = entry.taken === choice.label;
  return html`<button
    type="button"
    class="nl-button nl-button--secondary choice ${entry.open ? '' : 'nl-button--disabled'} ${taken ? 'choice--taken' : ''}"
    aria-disabled=${entry.open ? 'false' : 'true'}
    tabindex=${entry.open ? 0 : -1}
    @click=${() => entry.open && actions.choose(choice)}
  >
    ${taken ? icons.withLabel(icons.check, [choice.label, html`<span class="hidden"> (${texts.taken})</span>`]) : choice.label}
  </button>`;
}

function delivery(entry: Entry, actions: MessageActions): TemplateResult {
  switch (entry.delivery) {
    case 'sending':
      return html`<p class="delivery">${texts.sending}</p>`;
    case 'waiting':
      return html`<p class="delivery delivery--failed">
        ${texts.waiting}
        <button type="button" class="nl-button nl-button--secondary" @click=${actions.tryAgain}>${texts.tryAgain}</button>
      </p>`;
    case 'refused':
      return html`<p class="delivery delivery--failed">
        ${texts.refused}. ${entry.reason || texts.refusedForUnknownReason}
        <button type="button" class="nl-button nl-button--secondary" @click=${() => actions.takeBack(entry.key)}>
          ${texts.change}
        </button>
      </p>`;
    default:
      return html`<p class="delivery">${icons.check}${texts.stored}</p>`;
  }
}
