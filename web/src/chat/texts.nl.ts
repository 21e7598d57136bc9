/** Everything the chat itself says, in Dutch at level A2/B1. What assistant and organisation say comes from the server. */
export const texts = {
  title: 'Vertel wat er is',
  log: 'Gesprek',
  resident: 'U',

  answeredByComputer: 'U praat met een computer',
  answeredByNobodyYet: 'U wacht op een medewerker. U kunt gewoon blijven schrijven.',
  answeredBy: (name: string) => (name ? `U praat met ${name}, medewerker` : 'U praat met een medewerker'),
  conversationClosed: 'Dit gesprek is afgesloten',
  conversationEnded: 'Er is geen gesprek',

  privacy: 'Alleen wij lezen wat u hier schrijft. Schrijf geen BSN op.',
  privacyLink: 'Wat doen wij met uw gegevens?',
  newTab: ' (opent in een nieuw tabblad)',

  messageLabel: 'Uw bericht',
  send: 'Versturen',
  person: 'Ik wil een mens',
  charactersLeft: (count: number) => (count === 1 ? 'U kunt nog 1 teken typen.' : `U kunt nog ${count} tekens typen.`),
  charactersOver: (count: number) =>
    `Uw bericht is te lang. Maak het ${count === 1 ? '1 teken' : `${count} tekens`} korter, of verdeel het over twee berichten.`,

  empty: 'Typ eerst uw bericht.',
  notSentYet: 'Uw bericht is nog niet verstuurd.',

  starting: 'De chat wordt gestart…',
  thinking: 'Ik denk na…',
  noConnection: 'Geen verbinding. Wat u schrijft blijft hier staan. Wij proberen het steeds opnieuw.',
  callInstead: 'U kunt ook bellen:',
  sending: 'wordt verstuurd',
  waiting: 'niet verstuurd',
  stored: 'verstuurd',
  refused: 'niet verstuurd',
  refusedForUnknownReason: 'Dit bericht kon niet worden verstuurd.',
  tryAgain: 'Opnieuw proberen',
  change: 'Bericht aanpassen',
  taken: 'gekozen',
  newMessages: 'Naar het nieuwste bericht',

  crisis: 'Hulp nu',
  summary: 'Samenvatting',
  reference: 'Uw nummer',
  professional: 'medewerker',

  menu: 'Menu',
  keep: 'Gesprek bewaren',
  kept: 'Het gesprek staat bij uw downloads.',
  keepFailed: 'Bewaren lukt nu niet. Probeer het straks nog eens.',
  fileName: 'gesprek.txt',
  withdraw: 'Vraag intrekken',
  withdrawQuestion: 'Wilt u uw vraag intrekken?',
  withdrawExplanation: 'Wij doen dan niets meer met uw vraag. Dit gesprek blijft staan.',
  withdrawYes: 'Ja, intrekken',
  withdrawFailed: 'Intrekken lukt nu niet. Probeer het straks nog eens.',
  erase: 'Wissen',
  eraseQuestion: 'Wilt u dit gesprek wissen?',
  eraseExplanation:
    'Alles wat u hier schreef gaat weg. Dat kunt u niet terugdraaien. Wilt u het gesprek zelf houden? Kies dan eerst Gesprek bewaren.',
  eraseYes: 'Ja, wissen',
  eraseFailed: 'Wissen lukt nu niet. Probeer het straks nog eens.',
  restart: 'Opnieuw beginnen',
  restartQuestion: 'Wilt u opnieuw beginnen?',
  restartExplanation:
    'U begint een nieuw gesprek. Dit gesprek kunt u hier dan niet meer lezen. Het is niet gewist: kies daarvoor Wissen.',
  restartYes: 'Ja, opnieuw beginnen',
  no: 'Nee, terug',
  erased: 'Uw gesprek is gewist.',
  gone: 'Dit gesprek is er niet meer.',
  closed: 'Dit gesprek is afgesloten. Heeft u nog een vraag? Begin dan een nieuw gesprek.',
  startNew: 'Nieuw gesprek beginnen',

  leave: 'Sluit snel af',
  leaveExplanation:
    'Met Sluit snel af gaat u meteen naar een andere site. U kunt ook drie keer op Shift drukken. Uw browser onthoudt nog wel dat u hier was.',
  leavePresses: (left: number) => `Nog ${left} keer Shift en deze pagina sluit.`,
  close: 'Sluit de chat',
} as const;

export type Texts = typeof texts;
