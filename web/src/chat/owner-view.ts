import { html, nothing, type TemplateResult } from 'lit';
import type { Conversation } from './conversation.ts';
import * as icons from './icons.ts';
import { dayAndTime, timeOf } from './moments.ts';
import { texts } from './texts/index.ts';
import type { Opening } from './wire.ts';

type Shown = Pick<Conversation, 'phase' | 'owner' | 'professional' | 'opening'>;

/** Who answers now: a computer, nobody yet, or a professional; and for who waits, when people are there. */
export function ownerView(conversation: Shown): TemplateResult {
  const [icon, text] = ownerLine(conversation);
  const expected = conversation.opening && expectation(conversation.opening);
  return html`<p class="owner">${icon}<span>${text}${expected ? html` <b>${expected}</b>` : nothing}</span></p>`;
}

function ownerLine({ phase, owner, professional }: Shown): [TemplateResult, string] {
  if (phase === 'closed') return [icons.lock, texts.conversationClosed];
  if (phase === 'gone' || phase === 'erased' || phase === 'idle') return [icons.lock, texts.conversationEnded];
  switch (owner) {
    case 'waiting':
      return [icons.clock, texts.answeredByNobodyYet];
    case 'professional':
      return [icons.person, texts.answeredBy(professional?.name ?? '', professional?.team ?? '')];
    default:
      return [icons.computer, texts.answeredByComputer];
  }
}

function expectation({ closesAt, opensAt }: Opening): string {
  if (closesAt) return texts.openUntil(timeOf(closesAt));
  return opensAt ? texts.openAgain(dayAndTime(opensAt)) : '';
}
