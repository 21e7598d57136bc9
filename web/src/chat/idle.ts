import type { ReactiveController, ReactiveControllerHost } from 'lit';

const LOOK_EVERY_MILLISECONDS = 5000;
const SIGNS_OF_LIFE = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart'] as const;

export interface IdleParts {
  /** How many minutes without a sign of life before the screen is cleared; 0 is never. */
  minutes(): number;
  /** Takes the conversation off the screen. */
  end(): void;
}

/**
 * Clears a screen that somebody walked away from, such as in a library. Warns first, and any sign of life extends the time, as often
 * as one likes (WCAG 2.2.1). Counts by the clock: timers stand still in a tab that is not looked at, or on a laptop that sleeps.
 */
export class Idle implements ReactiveController {
  /** Whole minutes until the end, while the resident is being warned; else null. */
  minutesLeft: number | null = null;
  private last = Date.now();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly warningMinutes: number,
    private readonly parts: IdleParts,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.last = Date.now();
    this.timer = setInterval(this.look, LOOK_EVERY_MILLISECONDS);
    for (const sign of SIGNS_OF_LIFE) window.addEventListener(sign, this.alive, { passive: true });
    document.addEventListener('visibilitychange', this.look);
    // A page that comes back from the browser's store was away as long as the clock says.
    window.addEventListener('pageshow', this.look);
  }

  hostDisconnected(): void {
    clearInterval(this.timer);
    for (const sign of SIGNS_OF_LIFE) window.removeEventListener(sign, this.alive);
    document.removeEventListener('visibilitychange', this.look);
    window.removeEventListener('pageshow', this.look);
  }

  /** The resident is there. While the warning stands only its own buttons count: whoever passes by must not extend it by accident. */
  readonly alive = (): void => {
    if (this.minutesLeft === null) this.stay();
  };

  /** The resident says so. */
  stay(): void {
    this.last = Date.now();
    this.say(null);
  }

  readonly look = (): void => {
    const minutes = this.parts.minutes();
    if (minutes === 0) {
      this.stay();
      return;
    }
    const left = minutes - (Date.now() - this.last) / 60_000;
    if (left <= 0) {
      this.stay();
      this.parts.end();
    } else {
      this.say(left <= this.warningMinutes ? Math.ceil(left) : null);
    }
  };

  private say(minutesLeft: number | null): void {
    if (this.minutesLeft === minutesLeft) return;
    this.minutesLeft = minutesLeft;
    this.host.requestUpdate();
  }
}
