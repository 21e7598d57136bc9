import type { ConversationApi } from './api.ts';
import type { Opening } from './wire.ts';

/** Whether somebody is at work, for the resident who waits for a person. Asked once, and again when that moment has passed. */
export class OpeningHours {
  now: Opening | null = null;
  private asking = false;

  constructor(
    private readonly api: Pick<ConversationApi, 'opening'>,
    private readonly onChange: () => void,
  ) {}

  async look(): Promise<void> {
    if (this.asking || (this.now && !hasPassed(this.now))) return;
    this.asking = true;
    try {
      this.now = await this.api.opening();
      this.onChange();
    } catch {
      // Without opening hours the resident still waits, and can still call.
    } finally {
      this.asking = false;
    }
  }
}

function hasPassed({ closesAt, opensAt }: Opening): boolean {
  const until = closesAt ?? opensAt;
  return until !== null && Date.parse(until) <= Date.now();
}
