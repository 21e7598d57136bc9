import type { ReactiveController, ReactiveControllerHost } from 'lit';

// Shorter than this and "thinking" would only flash by, and interrupt a screen reader for nothing.
const AFTER_MILLISECONDS = 600;

/** Whether to tell that the assistant is thinking: only when it takes a while. */
export class Thinking implements ReactiveController {
  shown = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  set(busy: boolean): void {
    if (!busy) {
      this.hostDisconnected();
      this.shown = false;
    } else if (!this.shown && this.timer === undefined) {
      this.timer = setTimeout(() => {
        this.timer = undefined;
        this.shown = true;
        this.host.requestUpdate();
      }, AFTER_MILLISECONDS);
    }
  }

  hostDisconnected(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
