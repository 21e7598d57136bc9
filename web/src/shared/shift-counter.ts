const PRESSES = 3;
const WITHIN_MILLISECONDS = 5000;

/**
 * Counts presses of Shift alone: three within five seconds each mean "leave this page", as on GOV.UK.
 * Escape is not used, because browsers stop loading on it. Shift for a capital letter does not count.
 */
export class ShiftCounter {
  private count = 0;
  private last = 0;
  private alone = false;

  /** Takes a key event. Returns how many presses are still needed (0: leave now), or null when it was not one. */
  take(event: Pick<KeyboardEvent, 'type' | 'key' | 'repeat' | 'timeStamp'>): number | null {
    if (event.key !== 'Shift') {
      this.alone = false;
      this.count = 0;
      return null;
    }
    if (event.type === 'keydown') {
      if (!event.repeat) this.alone = true;
      return null;
    }
    if (!this.alone) return null;
    this.alone = false;
    if (event.timeStamp - this.last > WITHIN_MILLISECONDS) this.count = 0;
    this.last = event.timeStamp;
    this.count += 1;
    if (this.count < PRESSES) return PRESSES - this.count;
    this.count = 0;
    return 0;
  }
}
