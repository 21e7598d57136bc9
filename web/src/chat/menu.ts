import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { Unreachable } from './api.ts';
import type { Conversation } from './conversation.ts';
import { download } from './download.ts';
import { texts } from './texts/index.ts';
import type { OwnIntake } from './wire.ts';

/** The best of the scores, 1 to 5. */
export const BEST = 5;

/** Something that cannot be undone, so the page asks first. */
export type Question = 'withdraw' | 'erase' | 'restart';

/** chores: the list · a question: are you sure · intake: what became of my question · words: a few words with a score */
export type Page = 'chores' | 'intake' | 'words' | Question;

interface Parts {
  readonly conversation: () => Conversation;
  /** Says something for a moment, where all such things are said. */
  tell(note: string): void;
  /** The menu closed: the focus goes back to its button. */
  closed(): void;
  restarted(): void;
}

/** What the menu shows, and what is done from there. */
export class Menu implements ReactiveController {
  page: Page | null = null;
  /** undefined: not known yet */
  intake: OwnIntake | null | undefined;
  judged = false;
  private given = 0;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly parts: Parts,
  ) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.page = null;
  }

  readonly toggle = (): void => this.show(this.page ? null : 'chores');

  readonly show = (page: Page | null): void => {
    this.parts.tell('');
    this.page = page;
    this.host.requestUpdate();
  };

  readonly close = (): void => {
    this.show(null);
    this.parts.closed();
  };

  readonly keep = async (): Promise<void> => {
    try {
      download(await this.conversation.transcript(), texts.fileName);
      this.parts.tell(texts.kept);
    } catch {
      this.parts.tell(texts.keepFailed);
    }
  };

  readonly showIntake = async (): Promise<void> => {
    this.intake = undefined;
    this.show('intake');
    try {
      this.intake = await this.conversation.ownIntake();
      this.host.requestUpdate();
    } catch {
      this.show('chores');
      this.parts.tell(texts.questionFailed);
    }
  };

  /** Who thinks it is not good may say why; a good score goes at once. */
  readonly score = (score: number): void => {
    this.given = score;
    if (score === BEST) void this.judge('');
    else this.show('words');
  };

  readonly judge = async (words: string): Promise<void> => {
    try {
      await this.conversation.judge(this.given, words);
      this.judged = true;
      this.close();
      this.parts.tell(texts.judged);
    } catch {
      this.parts.tell(texts.judgeFailed);
    }
  };

  readonly confirm = async (): Promise<void> => {
    if (this.page === 'restart') {
      this.conversation.restart();
      this.judged = false;
      this.close();
      this.parts.restarted();
      return;
    }
    const [act, failed] =
      this.page === 'withdraw'
        ? [() => this.conversation.withdraw(), texts.withdrawFailed]
        : [() => this.conversation.erase(), texts.eraseFailed];
    try {
      await act();
      this.close();
    } catch (error) {
      this.close();
      this.parts.tell((error instanceof Unreachable && error.detail) || failed);
    }
  };

  private get conversation(): Conversation {
    return this.parts.conversation();
  }
}
