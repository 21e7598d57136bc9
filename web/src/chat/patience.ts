const FIRST_MILLISECONDS = 1000;
const LONGEST_MILLISECONDS = 15_000;

/** Waits longer after each failure. `hurry` ends the wait: the connection is back, or the resident asks to try now. */
export class Patience {
  private milliseconds = FIRST_MILLISECONDS;
  private wake: () => void = () => {};

  /** Ends after a while, on `hurry`, or when the signal aborts. */
  wait(signal: AbortSignal): Promise<void> {
    // Not all at the same moment: everybody lost the server at the same moment.
    const milliseconds = this.milliseconds * (0.75 + Math.random() / 2);
    this.milliseconds = Math.min(this.milliseconds * 2, LONGEST_MILLISECONDS);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake(), milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', this.wake);
        resolve();
      };
      if (signal.aborted) this.wake();
      else signal.addEventListener('abort', this.wake);
    });
  }

  hurry(): void {
    this.milliseconds = FIRST_MILLISECONDS;
    this.wake();
  }

  reset(): void {
    this.milliseconds = FIRST_MILLISECONDS;
  }
}
