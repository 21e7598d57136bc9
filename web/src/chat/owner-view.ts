import { html, type TemplateResult } from 'lit';
import type { Conversation } from './conversation.ts';
import * as icons from './icons.ts';
import { texts } from './texts.nl.ts';

/** Who answers now: a computer, nobody yet, or a professional. */
export function ownerView(conversation: Conversation): TemplateResult {
  const [icon, text] = ownerLine(conversation);
  return html`<p class="owner">${icon}<span>${text}</span></p>`;
}

function ownerLine({ phase, owner, professional }: Conversation): [TemplateResult, string] {
  if (phase === 'closed') return [icons.lock, texts.conversationClosed];
  if (phase === 'gone' || phase === 'erased') return [icons.lock, texts.conversationEnded];
  switch (owner) {
    case 'waiting':
      return [icons.clock, texts.answeredByNobodyYet];
    case 'professional':
      return [icons.person, texts.answeredBy(professional)];
    default:
      return [icons.computer, texts.answeredByComputer];
  }
}
