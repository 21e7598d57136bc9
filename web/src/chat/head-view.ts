import { html, nothing, type TemplateResult } from 'lit';
import type { Conversation } from './conversation.ts';
import * as icons from './icons.ts';
import type { Menu } from './menu.ts';
import { ownerView } from './owner-view.ts';
import { texts } from './texts/index.ts';

interface WaysOut {
  leave(): void;
  /** Only in the frame of the widget. */
  readonly close: (() => void) | null;
}

/** Above: what this is, who answers, and the ways out. */
export function headView(conversation: Conversation, menu: Menu, out: WaysOut): TemplateResult {
  return html`
    <div class="head">
      <div class="head__words">
        <h1 class="head__title" tabindex="-1">${texts.title}</h1>
        ${ownerView(conversation)}
      </div>
      <div class="head__buttons">
        <button type="button" class="nl-button leave" @click=${out.leave}>${icons.withLabel(icons.exit, texts.leave)}</button>
        <button
          type="button"
          class="nl-button on-head menu-button"
          aria-expanded=${menu.page !== null}
          aria-controls="menu"
          @click=${menu.toggle}
        >
          ${icons.withLabel(icons.menu, texts.menu)}
        </button>
        ${
          out.close
            ? html`<button type="button" class="nl-button nl-button--icon-only on-head" @click=${out.close}>
                ${icons.withLabel(icons.cross, texts.close)}
              </button>`
            : nothing
        }
      </div>
    </div>
  `;
}
