import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Dress } from '../shared/frame-messages.ts';
import { goElsewhere } from '../shared/leave.ts';
import { complete, luminanceOf, readTheme, wear } from '../shared/theme.ts';
import { Aloud } from './aloud.ts';
import { ConversationApi, type Line } from './api.ts';
import { withoutBsns } from './bsn.ts';
import { composerView, fitToText, tooLongBy } from './composer.ts';
import { Conversation } from './conversation.ts';
import { Embedding } from './embedding.ts';
import { Follow } from './follow.ts';
import { headView } from './head-view.ts';
import * as icons from './icons.ts';
import { Idle } from './idle.ts';
import { idleView } from './idle-view.ts';
import { Menu, type Page } from './menu.ts';
import { judging, type Language, menuView } from './menu-view.ts';
import { messageView } from './message-view.ts';
import { useTimeZone } from './moments.ts';
import { QuickExit } from './quick-exit.ts';
import { Session } from './session.ts';
import { statusOf } from './status.ts';
import { styles } from './styles.ts';
import { language, personWords, speak, speaks, texts } from './texts/index.ts';
import { Thinking } from './thinking.ts';
import type { Entry } from './timeline.ts';
import type { Choice } from './wire.ts';

const WARNING_MINUTES = 2;
const SIZES = ['', '125%', '150%'];

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
  /** The languages of the organisation, the first one first. */
  @property({ type: Array }) languages: readonly Language[] = [];
  /** Minutes without a sign of life before the screen is cleared; longer for who waits for a person or talks to one. 0: never. */
  @property({ type: Number, attribute: 'idle-minutes' }) idleMinutes = 0;
  @property({ type: Number, attribute: 'idle-minutes-with-person' }) idleMinutesWithPerson = 0;

  /** Of the organisation: opening hours are by its clock. */
  @property({ attribute: 'time-zone' }) timeZone = '';

  @state() private textSize = 0;
  /** What the chat itself has to say for a moment; goes when the resident does something else. */
  @state() private note = '';
  /** What the host page wants to say first. */
  @state() private startText = '';

  @query('h1') private heading!: HTMLElement;
  @query('#text') private area!: HTMLTextAreaElement | null;
  @query('.menu-button') private menuButton!: HTMLElement;

  protected conversation!: Conversation;
  private pageBefore: Page | null = null;
  private readonly aloud = new Aloud(this);
  private readonly thinking = new Thinking(this);
  private readonly follow = new Follow(this, (message) => message.classList.contains('message--resident'));
  private readonly embedding = new Embedding(
    () => this.heading.focus(),
    (dress) => this.dress(dress),
  );
  protected readonly menu = new Menu(this, {
    conversation: () => this.conversation,
    tell: (note) => this.tell(note),
    closed: () => void this.updateComplete.then(() => this.menuButton.focus()),
    restarted: () => this.heading.focus(),
  });
  protected readonly idle = new Idle(this, WARNING_MINUTES, {
    minutes: () => this.minutesAlone,
    end: () => this.takeAway(),
  });
  private readonly quickExit = new QuickExit(this, {
    forget: () => {
      this.aloud.silence();
      this.conversation.forget();
    },
    pressed: (left) => this.tell(texts.leavePresses(left)),
    goElsewhere: () => (this.embedded ? this.embedding.tell('leave') : goElsewhere()),
  });

  override connectedCallback(): void {
    super.connectedCallback();
    useTimeZone(this.timeZone);
    const session = this.memory();
    this.speakFrom(session.load().tongues.at(-1)?.language || this.lang || this.languages[0]?.code || language);
    this.conversation = new Conversation(this.line(), session, language);
    this.conversation.onChange = () => {
      this.thinking.set(this.conversation.assistantBusy);
      this.aloud.follow(this.conversation.entries, language);
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

  /** What this tab remembers. */
  protected memory(): Session {
    return new Session();
  }

  /** The way to the server. */
  protected line(): Line {
    return new ConversationApi(this.api);
  }

  protected override firstUpdated(): void {
    if (this.embedded) this.embedding.connect();
  }

  protected override updated(_: PropertyValues): void {
    if (this.area) fitToText(this.area);
    const { page } = this.menu;
    if (page === this.pageBefore) return;
    this.pageBefore = page;
    if (page !== null && page !== 'chores') this.renderRoot.querySelector<HTMLElement>('#words, #menu-title')?.focus();
  }

  protected override render(): TemplateResult {
    return html`
      <div class="chat" @keydown=${this.onKeydown}>
        ${headView(this.conversation, this.menu, { leave: this.quickExit.leave, close: this.embedded ? this.close : null })}
        ${menuView(this.menu, this.menuState, this)} ${idleView(this.idle, this.takeAway)} ${this.log()}
        ${this.follow.unseen ? this.toNewest() : nothing}
        <p class="status" role="status">${statusOf(this.conversation, this.note, this.thinking.shown, this.phone)}</p>
        ${this.ended ? this.end() : composerView(this.conversation.draft, this)}
      </div>
    `;
  }

  private get ended(): boolean {
    return this.conversation.phase !== 'starting' && this.conversation.phase !== 'open';
  }

  protected get minutesAlone(): number {
    if (this.ended && this.conversation.phase !== 'closed') return 0;
    return this.conversation.owner === 'assistant' ? this.idleMinutes : this.idleMinutesWithPerson;
  }

  private get menuState() {
    return {
      canKeep: this.conversation.phase === 'open' || this.conversation.phase === 'closed',
      canWithdraw: this.conversation.handedOver,
      canRead: this.aloud.possible,
      aloud: this.aloud.on,
      size: this.textSize,
      language,
      languages: this.languages.filter(({ code }) => speaks(code)),
    };
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
        ${this.startText ? html`<p class="start-text" dir="auto" lang="">${this.startText}</p>` : nothing}
        ${repeat(
          conversation.entries,
          (entry) => entry.key,
          (entry) => messageView(entry, this, this.aloud.on),
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
    const asks = this.conversation.phase === 'closed' && !this.menu.judged;
    return html`<div class="ended">
      ${asks ? judging(this.menu) : nothing}
      <button type="button" class="nl-button nl-button--primary" @click=${this.restart}>${texts.startNew}</button>
    </div>`;
  }

  private tell(note: string): void {
    this.note = note;
  }

  private dress({ theme, startText }: Dress): void {
    const surface = getComputedStyle(document.documentElement).getPropertyValue('--voordeur-surface');
    wear(document.documentElement, complete(readTheme(theme), surface, luminanceOf));
    this.startText = startText;
  }

  private speakFrom(code: string): void {
    speak(code);
    const direction = this.languages.find((known) => known.code === language)?.direction ?? 'ltr';
    for (const element of [this, document.documentElement]) {
      element.lang = language;
      element.dir = direction;
    }
  }

  /** Nobody is there any more: nothing stays on the screen, and nothing is lost on the server. */
  private readonly takeAway = (): void => {
    this.aloud.silence();
    this.idle.stay();
    this.menu.show(null);
    this.conversation.forget('idle');
  };

  readonly typed = (text: string): void => {
    this.note = '';
    this.conversation.draft = text;
    this.requestUpdate();
  };

  readonly removeBsn = (): void => {
    this.typed(withoutBsns(this.conversation.draft));
    this.area?.focus();
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
    this.conversation.say(personWords());
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

  readonly read = (entry: Entry): void => {
    if (!this.aloud.read(entry, language)) this.tell(texts.aloudNoVoice);
  };

  readonly toggleAloud = (): void => this.aloud.toggle(this.conversation.entries);

  readonly resize = (size: number): void => {
    this.textSize = size;
    // On the root, for sizes are in rem: everything grows, as with the zoom of the browser.
    document.documentElement.style.fontSize = SIZES[size] ?? '';
  };

  readonly speak = (code: string): void => {
    this.speakFrom(code);
    this.conversation.speak(language);
    this.requestUpdate();
  };

  private readonly restart = (): void => {
    this.conversation.restart();
    this.menu.show(null);
    this.heading.focus();
  };

  private readonly close = (): void => this.embedding.tell('close');

  private readonly hurry = (): void => this.conversation.hurry();

  private readonly onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing) return;
    if (this.menu.page) this.menu.close();
    else if (this.embedded) this.close();
  };
}
