import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { goElsewhere } from '../shared/leave.ts';
import { ConversationApi, Unreachable } from './api.ts';
import { composerView, fitToText, tooLongBy } from './composer.ts';
import { Conversation } from './conversation.ts';
import { download } from './download.ts';
import { Embedding } from './embedding.ts';
import { Follow } from './follow.ts';
import * as icons from './icons.ts';
import { menuView, type Question, questionView } from './menu-view.ts';
import { messageView } from './message-view.ts';
import { ownerView } from './owner-view.ts';
import { withPhoneLinks } from './phone-link.ts';
import { QuickExit } from './quick-exit.ts';
import { Session } from './session.ts';
import { styles } from './styles.ts';
import { texts } from './texts.nl.ts';
import { Thinking } from './thinking.ts';
import type { Choice } from './wire.ts';

/**
 * The chat. What is said and what happens to it is in `Conversation`; this element draws it and passes on what the
 * resident does.
 */
@customElement('voordeur-chat')
export class ChatElement extends LitElement {
  static override styles = styles;

  /** Base address of the API. */
  @property() api = '/api/v1';
  /** The number to call when the chat does not work. */
  @property() phone = '';
  @property({ attribute: 'privacy-url' }) privacyUrl = '/privacy';
  /** Whether the chat lives in the frame of the widget. */
  @property({ type: Boolean }) embedded = false;

  @state() private menuOpen = false;
  @state() private question: Question | null = null;
  /** What the chat itself has to say for a moment; goes when the resident does something else. */
  @state() private note = '';

  @query('h1') private heading!: HTMLElement;
  @query('textarea') private area!: HTMLTextAreaElement | null;
  @query('.menu-button') private menuButton!: HTMLElement;

  private conversation!: Conversation;
  private readonly embedding = new Embedding(() => this.heading.focus());
  private readonly thinking = new Thinking(this);
  private readonly follow = new Follow(this, (message) => message.classList.contains('message--resident'));
  private readonly quickExit = new QuickExit(this, {
    forget: () => this.conversation.forget(),
    pressed: (left) => this.tell(texts.leavePresses(left)),
    goElsewhere: () => (this.embedded ? this.embedding.tell('leave') : goElsewhere()),
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.lang ||= 'nl';
    this.conversation = new Conversation(new ConversationApi(this.api), new Session());
    this.conversation.onChange = () => {
      this.thinking.set(this.conversation.assistantBusy);
      this.requestUpdate();
    };
    this.conversation.start();
    window.addEventListener('online', this.hurry);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.conversation.stop();
    this.embedding.disconnect();
    window.removeEventListener('online', this.hurry);
  }

  protected override firstUpdated(): void {
    if (this.embedded) this.embedding.connect();
  }

  protected override updated(changed: PropertyValues): void {
    if (this.area) fitToText(this.area);
    if (changed.has('question')) this.renderRoot.querySelector<HTMLElement>('#question')?.focus();
  }

  protected override render(): TemplateResult {
    return html`
      <div class="chat" @keydown=${this.onKeydown}>
        ${this.head()} ${this.panel()} ${this.log()}
        ${this.follow.unseen ? this.toNewest() : nothing}
        <p class="status" role="status">${this.status()}</p>
        ${this.ended ? this.end() : composerView(this.conversation.draft, this)}
      </div>
    `;
  }

  private get ended(): boolean {
    return this.conversation.phase !== 'starting' && this.conversation.phase !== 'open';
  }

  private head(): TemplateResult {
    return html`
      <div class="head">
        <div class="head__words">
          <h1 class="head__title" tabindex="-1">${texts.title}</h1>
          ${ownerView(this.conversation)}
        </div>
        <div class="head__buttons">
          <button type="button" class="nl-button leave" @click=${this.quickExit.leave}>
            ${icons.withLabel(icons.exit, texts.leave)}
          </button>
          <button
            type="button"
            class="nl-button on-head menu-button"
            aria-expanded=${this.menuOpen}
            aria-controls="menu"
            @click=${this.toggleMenu}
          >
            ${icons.withLabel(icons.menu, texts.menu)}
          </button>
          ${this.embedded ? this.closeButton() : nothing}
        </div>
      </div>
    `;
  }

  private closeButton(): TemplateResult {
    return html`<button type="button" class="nl-button nl-button--icon-only on-head" @click=${this.close}>
      ${icons.withLabel(icons.cross, texts.close)}
    </button>`;
  }

  private panel(): TemplateResult | typeof nothing {
    if (!this.menuOpen) return nothing;
    if (this.question) return questionView(this.question, this.confirm, this.closeMenu);
    return menuView(this, this.conversation.phase === 'open', this.conversation.handedOver);
  }

  private log(): TemplateResult {
    const { conversation } = this;
    // What was said before a reload is shown, not read aloud all over again.
    const quiet = conversation.resuming && conversation.phase === 'starting';
    return html`
      <div class="log" role="log" tabindex="0" aria-label=${texts.log} aria-live=${quiet ? 'off' : 'polite'}>
        <p class="privacy">
          ${icons.lock}
          <span>
            ${texts.privacy}
            <a class="nl-link" href=${this.privacyUrl} target="_blank">${texts.privacyLink}<span class="hidden">${texts.newTab}</span></a>
          </span>
        </p>
        ${repeat(
          conversation.entries,
          (entry) => entry.key,
          (entry) => messageView(entry, this),
        )}
        <div class="log__end"></div>
      </div>
    `;
  }

  private toNewest(): TemplateResult {
    return html`<button type="button" class="nl-button nl-button--secondary newest" @click=${this.follow.toEnd}>
      ${icons.withLabel(icons.down, texts.newMessages)}
    </button>`;
  }

  private end(): TemplateResult {
    return html`<div class="ended">
      <button type="button" class="nl-button nl-button--primary" @click=${this.restart}>${texts.startNew}</button>
    </div>`;
  }

  private status(): unknown {
    const { phase, connected } = this.conversation;
    if (this.note) return this.note;
    if (phase === 'closed' || phase === 'gone' || phase === 'erased') return texts[phase];
    if (!connected) {
      return [texts.noConnection, ...(this.phone ? [' ', texts.callInstead, ' ', withPhoneLinks(this.phone)] : [])];
    }
    if (phase === 'starting') return texts.starting;
    return this.thinking.shown ? texts.thinking : nothing;
  }

  private tell(note: string): void {
    this.note = note;
  }

  readonly typed = (text: string): void => {
    this.note = '';
    this.conversation.draft = text;
    this.requestUpdate();
  };

  readonly submit = (): void => {
    const text = this.conversation.draft.trim();
    if (text === '' || tooLongBy(text) > 0) {
      this.tell(text === '' ? texts.empty : texts.notSentYet);
      this.area?.focus();
      return;
    }
    this.note = '';
    this.conversation.draft = '';
    this.conversation.say(text);
  };

  readonly askForPerson = (): void => {
    this.note = '';
    this.conversation.say(texts.person);
  };

  readonly choose = (choice: Choice): void => {
    this.note = '';
    this.conversation.choose(choice);
  };

  readonly tryAgain = (): void => this.hurry();

  readonly takeBack = (key: string): void => {
    const text = this.conversation.takeBack(key);
    this.conversation.draft = [text, this.conversation.draft].filter((part) => part !== '').join('\n');
    this.requestUpdate();
    this.area?.focus();
  };

  readonly keep = async (): Promise<void> => {
    try {
      download(await this.conversation.transcript(), texts.fileName);
      this.tell(texts.kept);
    } catch {
      this.tell(texts.keepFailed);
    }
  };

  readonly ask = (question: Question): void => {
    this.question = question;
  };

  private readonly confirm = async (): Promise<void> => {
    if (this.question === 'restart') {
      this.restart();
      return;
    }
    const [act, failed] =
      this.question === 'withdraw'
        ? [() => this.conversation.withdraw(), texts.withdrawFailed]
        : [() => this.conversation.erase(), texts.eraseFailed];
    try {
      await act();
      this.closeMenu();
    } catch (error) {
      this.closeMenu();
      this.tell((error instanceof Unreachable && error.detail) || failed);
    }
  };

  private readonly restart = (): void => {
    this.conversation.restart();
    this.closeMenu();
    this.heading.focus();
  };

  private readonly toggleMenu = (): void => {
    this.note = '';
    this.question = null;
    this.menuOpen = !this.menuOpen;
  };

  private readonly closeMenu = (): void => {
    this.note = '';
    this.question = null;
    this.menuOpen = false;
    this.menuButton.focus();
  };

  private readonly close = (): void => this.embedding.tell('close');

  private readonly hurry = (): void => this.conversation.hurry();

  private readonly onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing) return;
    if (this.menuOpen) this.closeMenu();
    else if (this.embedded) this.close();
  };
}
