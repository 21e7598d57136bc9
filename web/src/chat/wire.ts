/** What goes over the wire, as in the contract of the API. */

export type Sender = 'resident' | 'assistant' | 'professional' | 'system';
export type Owner = 'assistant' | 'waiting' | 'professional';
export type Status = 'open' | 'closed';
export type Kind = 'text' | 'crisis' | 'notice' | 'summary' | 'reference';

export interface Choice {
  readonly id: string;
  readonly label: string;
}

export interface Message {
  readonly seq: number;
  readonly sender: Sender;
  readonly senderName: string;
  readonly text: string;
  readonly choices: readonly Choice[];
  readonly createdAt: string;
  readonly kind: Kind;
  readonly intakeReference?: string | null;
}

export interface ConversationStart {
  readonly id: string;
  readonly token: string;
  readonly messages: readonly Message[];
}

export interface ConversationUpdate {
  readonly messages: readonly Message[];
  readonly owner: Owner;
  readonly status: Status;
  readonly assistantBusy: boolean;
  /** Who has the conversation, while somebody has. */
  readonly professional?: Professional | null;
  readonly professionalTyping?: boolean;
}

export interface Professional {
  readonly name: string;
  readonly team: string | null;
}

/** What became of the question that was handed over. */
export interface OwnIntake {
  readonly reference: string;
  readonly status: 'new' | 'claimed' | 'in_progress' | 'transferred' | 'closed' | 'withdrawn';
  readonly dueAt: string;
}

/** Whether somebody is at work now; neither moment is known when there are no opening hours. */
export interface Opening {
  readonly open: boolean;
  readonly closesAt: string | null;
  readonly opensAt: string | null;
}

/** Free text, or one of the offered choices. The id stays the same however often it is sent. */
export type Said =
  | { readonly clientMessageId: string; readonly text: string }
  | { readonly clientMessageId: string; readonly choice: string };

/** What opens a conversation. Whoever has it can read everything. */
export interface Key {
  readonly id: string;
  readonly token: string;
}
