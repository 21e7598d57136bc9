import { html, type TemplateResult } from 'lit';
import { splitPhoneNumbers } from './phone-numbers.ts';

/** The text, with links to call the numbers in it. Made of nodes: the text itself is never read as HTML. */
export function withPhoneLinks(text: string): readonly (string | TemplateResult)[] {
  return splitPhoneNumbers(text).map((part) =>
    part.dial ? html`<a class="nl-link phone" dir="ltr" href="tel:${part.dial}">${part.text}</a>` : part.text,
  );
}
