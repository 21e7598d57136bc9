import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { blankPage } from '../shared/leave.ts';
import { ShiftCounter } from '../shared/shift-counter.ts';

interface Parts {
  /** Leaves nothing of the conversation in this tab. */
  forget(): void;
  /** Shift was pressed alone; this many presses to go. */
  pressed(left: number): void;
  /** Puts another page in the place of this one. */
  goElsewhere(): void;
}

/** For people who are watched: gone at once by a button, or by three times Shift. */
export class QuickExit implements ReactiveController {
  private readonly shifts = new ShiftCounter();

  constructor(
    host: ReactiveControllerHost,
    private readonly parts: Parts,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    window.addEventListener('keydown', this.count);
    window.addEventListener('keyup', this.count);
  }

  hostDisconnected(): void {
    window.removeEventListener('keydown', this.count);
    window.removeEventListener('keyup', this.count);
  }

  readonly leave = (): void => {
    blankPage();
    this.parts.forget();
    this.parts.goElsewhere();
  };

  private readonly count = (event: KeyboardEvent): void => {
    const left = this.shifts.take(event);
    if (left === 0) this.leave();
    else if (left !== null) this.parts.pressed(left);
  };
}
