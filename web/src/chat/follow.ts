import type { ReactiveController, ReactiveControllerHost } from 'lit';

/**
 * Keeps the newest message in view, unless the resident scrolled back to read: then it only says that there is more.
 * Scrolls, and never moves the focus.
 */
export class Follow implements ReactiveController {
  /** There are messages below that were not in view yet. */
  unseen = false;
  private atEnd = true;
  private known = 0;
  private observer: IntersectionObserver | undefined;

  constructor(
    private readonly host: ReactiveControllerHost & { readonly renderRoot: ParentNode },
    private readonly isOwn: (message: Element) => boolean,
  ) {
    host.addController(this);
  }

  hostUpdated(): void {
    this.watch();
    const messages = [...this.host.renderRoot.querySelectorAll('.message')];
    const news = messages.slice(this.known);
    const first = this.known === 0;
    this.known = messages.length;
    if (first) {
      // A new conversation is read from the top; one that goes on, from where it was.
      if (news.some(this.isOwn)) this.toEnd();
    } else if (this.atEnd || news.some(this.isOwn)) {
      this.toEnd();
      if (news[0]) this.readFrom(news[0]);
    } else if (news.length > 0) {
      this.tellUnseen();
    }
  }

  hostDisconnected(): void {
    this.observer?.disconnect();
    this.observer = undefined;
  }

  readonly toEnd = (): void => {
    this.end?.scrollIntoView({ block: 'nearest' });
  };

  /** When the new messages do not fit, reading starts at the first of them. */
  private readFrom(message: Element): void {
    const top = Math.max(0, message.parentElement?.getBoundingClientRect().top ?? 0);
    if (message.getBoundingClientRect().top >= top) return;
    message.scrollIntoView({ block: 'start' });
    this.atEnd = false;
    this.tellUnseen();
  }

  private tellUnseen(): void {
    this.unseen = true;
    this.host.requestUpdate();
  }

  private get end(): Element | null {
    return this.host.renderRoot.querySelector('.log__end');
  }

  private watch(): void {
    if (this.observer || !this.end) return;
    this.observer = new IntersectionObserver((entries) => {
      this.atEnd = entries.at(-1)?.isIntersecting ?? true;
      if (!this.atEnd || !this.unseen) return;
      this.unseen = false;
      this.host.requestUpdate();
    });
    this.observer.observe(this.end);
  }
}
