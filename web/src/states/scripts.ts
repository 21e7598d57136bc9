import type { ConversationUpdate, Kind, Message, OwnIntake, Sender } from '../chat/wire.ts';

/** One state: what the server would say, and what the resident has done. No person and no conversation is in it. */
export interface Script {
  readonly name: string;
  readonly messages: readonly Message[];
  readonly update?: Partial<Omit<ConversationUpdate, 'messages'>>;
  readonly draft?: string;
  /** What the resident says that does not arrive: `later` when there is no connection, `refused` when the server says no. */
  readonly says?: string;
  readonly sending?: 'later' | 'refused';
  readonly menu?: 'chores' | 'intake' | 'words' | 'erase' | 'withdraw' | 'restart';
  readonly idle?: boolean;
  readonly phase?: 'erased' | 'idle' | 'gone';
  readonly opening?: 'open' | 'closed';
  readonly never?: boolean;
}

const NAMES: Readonly<Record<Sender, string>> = {
  resident: 'U',
  assistant: 'Voordeur (computer)',
  professional: 'Sanne de Wit',
  system: 'Welzijn De Linde',
};

type Line = readonly [Sender, string, Partial<Message>?];

function said(...lines: readonly Line[]): readonly Message[] {
  return lines.map(([sender, text, extra], index) => ({
    seq: index + 1,
    sender,
    senderName: NAMES[sender],
    text,
    choices: [],
    createdAt: `2026-11-23T09:0${Math.min(index, 9)}:00Z`,
    kind: 'text' as Kind,
    ...extra,
  }));
}

function offer(...labels: readonly string[]): Partial<Message> {
  return { choices: labels.map((label, index) => ({ id: `${index}`, label })) };
}

const GREETING: Line = [
  'assistant',
  'Hallo, ik ben Voordeur, de digitale hulp van Welzijn De Linde. Ik ben een computer, geen mens. Vertel in uw eigen woorden wat er is. Fouten zijn niet erg.',
];
const STORY: Line = ['resident', 'ik kan mijn huur al twee maanden niet betalen'];
const HEARD: Line = [
  'assistant',
  'U heeft zorgen over schulden of rekeningen. Klopt dat?',
  offer('Ja, dat klopt', 'Nee, iets anders'),
];
const REFERENCE: Line = [
  'assistant',
  'Uw vraag is doorgegeven. Uw nummer is V-7K3F-9QXM.',
  { kind: 'reference', intakeReference: 'V-7K3F-9QXM' },
];
const JOINS: Line = [
  'system',
  'Sanne de Wit van Team Gemert-Bakel leest nu met u mee en geeft antwoord.',
  { kind: 'notice' },
];

const SANNE = { name: 'Sanne de Wit', team: 'Team Gemert-Bakel' };
const WITH_SANNE = { owner: 'professional', professional: SANNE } as const;

export const INTAKE: OwnIntake = { reference: 'V-7K3F-9QXM', status: 'new', dueAt: '2026-11-27T16:00:00Z' };

export const SCRIPTS: readonly Script[] = [
  { name: 'Nog geen antwoord van de server', messages: [], never: true },
  { name: 'Begin', messages: said(GREETING) },
  { name: 'Keuzes', messages: said(GREETING, STORY, HEARD) },
  {
    name: 'Keuze gemaakt, er komt een antwoord',
    messages: said(GREETING, STORY, HEARD, ['resident', 'Ja, dat klopt']),
    update: { assistantBusy: true },
  },
  {
    name: 'Gevaar',
    messages: said(
      GREETING,
      ['resident', 'ik wil niet meer'],
      [
        'assistant',
        'Wat erg dat u zich zo voelt. U hoeft dit niet alleen te doen. Praat nu met iemand.\n113 Zelfmoordpreventie: 113 (dag en nacht, gratis en anoniem)\nDirect gevaar: 112 (dag en nacht)',
        { kind: 'crisis' },
      ],
      ['assistant', 'Zal ik een medewerker vragen om nu met u mee te lezen?', offer('Ja, graag', 'Nee, dank u')],
    ),
  },
  {
    name: 'Samenvatting',
    messages: said(GREETING, STORY, [
      'assistant',
      'Dit geef ik door:\nU heeft zorgen over schulden of rekeningen.\nPlaats: Gemert\nNaam: Fatima\nBereikbaar: 06 00 00 00 00',
      { kind: 'summary', ...offer('Dit klopt', 'Iets klopt niet') },
    ]),
  },
  { name: 'Doorgegeven', messages: said(GREETING, STORY, REFERENCE) },
  {
    name: 'Wachten op een mens, open',
    messages: said(GREETING, REFERENCE),
    update: { owner: 'waiting' },
    opening: 'open',
  },
  {
    name: 'Wachten op een mens, dicht',
    messages: said(GREETING, REFERENCE),
    update: { owner: 'waiting' },
    opening: 'closed',
  },
  {
    name: 'Een mens antwoordt',
    messages: said(GREETING, JOINS, ['professional', 'Dag! Ik lees met u mee.'], ['resident', 'Fijn.']),
    update: WITH_SANNE,
  },
  { name: 'Een mens typt', messages: said(GREETING, JOINS), update: { ...WITH_SANNE, professionalTyping: true } },
  { name: 'Geen verbinding', messages: said(GREETING), says: 'ik heb schulden', sending: 'later' },
  { name: 'Niet aangenomen', messages: said(GREETING), says: 'ik heb schulden', sending: 'refused' },
  { name: 'BSN', messages: said(GREETING), draft: 'mijn nummer is 111222333' },
  { name: 'Te lang', messages: said(GREETING), draft: 'lang '.repeat(810) },
  { name: 'Menu', messages: said(GREETING, REFERENCE), menu: 'chores' },
  { name: 'Mijn vraag', messages: said(GREETING, REFERENCE), menu: 'intake' },
  { name: 'Wissen?', messages: said(GREETING, STORY), menu: 'erase' },
  { name: 'Intrekken?', messages: said(GREETING, REFERENCE), menu: 'withdraw' },
  { name: 'Opnieuw beginnen?', messages: said(GREETING, STORY), menu: 'restart' },
  { name: 'Wat vindt u ervan?', messages: said(GREETING, STORY), menu: 'words' },
  { name: 'Bent u er nog?', messages: said(GREETING, STORY), idle: true },
  { name: 'Van het scherm gehaald', messages: said(GREETING), phase: 'idle' },
  { name: 'Gewist', messages: said(GREETING), phase: 'erased' },
  { name: 'Er niet meer', messages: said(GREETING), phase: 'gone' },
  { name: 'Afgesloten', messages: said(GREETING, REFERENCE), update: { status: 'closed' } },
];
