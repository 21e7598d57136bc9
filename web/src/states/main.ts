/* The page of all states for designers: the real chat, in front of a server that is only a script. */
import './states.css';
import { type Line, Refused, Unreachable } from '../chat/api.ts';
import { ChatElement } from '../chat/element.ts';
import { Session } from '../chat/session.ts';
import type { ConversationStart, ConversationUpdate, Key, Opening, OwnIntake } from '../chat/wire.ts';
import { INTAKE, SCRIPTS, type Script } from './scripts.ts';

const UNTIL = '2026-11-23T16:00:00Z';
const WARNED_AT_ONCE = 2;

class ScriptedLine implements Line {
  constructor(private readonly script: Script) {}

  async create(): Promise<ConversationStart> {
    if (this.script.never) return new Promise(() => {});
    return { id: 'state', token: 'state', messages: this.script.messages };
  }

  read(_key: Key, after: number): Promise<ConversationUpdate> {
    const update: ConversationUpdate = {
      messages: [],
      owner: 'assistant',
      status: 'open',
      assistantBusy: false,
      ...this.script.update,
    };
    if (this.script.sending === 'later') return Promise.reject(new Unreachable());
    // Told once; then there is nothing new, as long as the page is open.
    if (this.told || after > this.script.messages.length) return new Promise(() => {});
    this.told = true;
    return Promise.resolve(update);
  }

  async send(): Promise<number> {
    throw this.script.sending === 'refused' ? new Refused(400, 'Deze keuze kan niet meer.') : new Unreachable();
  }

  async opening(): Promise<Opening> {
    const open = this.script.opening === 'open';
    return { open, closesAt: open ? UNTIL : null, opensAt: open ? null : UNTIL };
  }

  async intake(): Promise<OwnIntake> {
    return INTAKE;
  }

  async transcript(): Promise<string> {
    return '';
  }

  async speak(): Promise<void> {}
  async typing(): Promise<void> {}
  async judge(): Promise<void> {}
  async withdraw(): Promise<void> {}
  async erase(): Promise<void> {}

  private told = false;
}

class StateElement extends ChatElement {
  script: Script = { name: '', messages: [] };

  protected override memory(): Session {
    const nothing = { getItem: () => null, setItem: () => {}, removeItem: () => {} } as unknown as Storage;
    return new Session(() => nothing);
  }

  protected override line(): Line {
    return new ScriptedLine(this.script);
  }

  protected override get minutesAlone(): number {
    return this.script.idle ? WARNED_AT_ONCE : 0;
  }

  protected override firstUpdated(): void {
    super.firstUpdated();
    const { draft, says, menu, phase, idle } = this.script;
    if (draft) this.typed(draft);
    if (says) {
      this.typed(says);
      this.submit();
    }
    // The conversation has to be open first, or there is nothing to look up.
    if (menu === 'intake') setTimeout(this.menu.showIntake);
    else if (menu) this.menu.show(menu);
    if (phase) this.conversation.forget(phase);
    if (idle) this.idle.look();
  }
}

customElements.define('voordeur-chat-state', StateElement);

const page = document.querySelector('.states');
for (const script of SCRIPTS) {
  const section = document.createElement('section');
  const title = document.createElement('h2');
  title.textContent = script.name;
  const chat = document.createElement('voordeur-chat-state') as StateElement;
  chat.script = script;
  chat.phone = '0492 00 00 00';
  chat.timeZone = 'Europe/Amsterdam';
  section.append(title, chat);
  page?.append(section);
}
