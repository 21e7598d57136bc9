import { nothing } from 'lit';
import type { Conversation } from './conversation.ts';
import { withPhoneLinks } from './phone-link.ts';
import { texts } from './texts/index.ts';

/** The one line that says what is going on. A note of the moment comes first, then what the resident must know most. */
export function statusOf(conversation: Conversation, note: string, thinking: boolean, phone: string): unknown {
  const { phase, connected, professional, professionalTyping } = conversation;
  if (note) return note;
  if (phase === 'closed' || phase === 'gone' || phase === 'erased' || phase === 'idle') return texts[phase];
  if (!connected) return [texts.noConnection, ...(phone ? [' ', texts.callInstead, ' ', withPhoneLinks(phone)] : [])];
  if (phase === 'starting') return texts.starting;
  // Only a person types; of a computer we just say that an answer is coming.
  if (professionalTyping) return texts.typing(professional?.name ?? '');
  return thinking ? texts.thinking : nothing;
}
