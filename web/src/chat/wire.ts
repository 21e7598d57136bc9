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
