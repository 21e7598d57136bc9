import { type Dress, envelope, type FromFrame, readFromFrame } from '../shared/frame-messages.ts';

export interface PanelEvents {
  close(): void;
  leave(): void;
  /** How the host page wants the chat to look, now. */
  dress(): Dress;
}

/** The frame with the chat. It is fetched when it is opened first: a visitor who never asks loads nothing from us. */
export class Panel {
  readonly element = document.createElement('div');
  private frame: HTMLIFrameElement | null = null;

  constructor(
    private readonly origin: string,
    private readonly title: string,
    private readonly language: string,
    private readonly events: PanelEvents,
  ) {
    this.element.className = 'panel';
    this.element.id = 'panel';
    this.element.hidden = true;
    window.addEventListener('message', this.hear);
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /** Whether there has been a conversation on this page that somebody may want to hide. */
  get wasOpened(): boolean {
    return this.frame !== null;
  }

  open(): void {
    this.element.hidden = false;
    if (!this.frame) {
      this.frame = this.createFrame();
      this.element.append(this.frame);
    }
    this.focusInside();
  }

  close(): void {
    this.element.hidden = true;
  }

  /** Tells the chat how to look; it asks by being ready. */
  dress(): void {
    this.tell({ ...envelope('dress'), ...this.events.dress() });
  }

  private createFrame(): HTMLIFrameElement {
    const frame = document.createElement('iframe');
    frame.title = this.title;
    frame.setAttribute('sandbox', 'allow-scripts allow-forms allow-same-origin allow-popups allow-downloads');
    frame.src = `${this.origin}/chat?embed=1&taal=${this.language}`;
    return frame;
  }

  private focusInside(): void {
    this.frame?.focus();
    this.tell(envelope('opened'));
  }

  private tell(message: object): void {
    this.frame?.contentWindow?.postMessage(message, this.origin);
  }

  private readonly hear = (event: MessageEvent): void => {
    if (event.origin !== this.origin || event.source !== this.frame?.contentWindow) return;
    const handlers: Record<FromFrame, () => void> = {
      ready: () => {
        this.dress();
        if (this.isOpen) this.focusInside();
      },
      close: () => this.events.close(),
      leave: () => this.events.leave(),
    };
    const type = readFromFrame(event.data);
    if (type) handlers[type]();
  };
}
