import type { Texts } from './index.ts';

/** Tigrinya: the words one needs most; the rest is in Dutch. Translated by a computer; not yet read by somebody who speaks it. */
export const ti: Partial<Texts> = {
  title: 'እንታይ ከም ዘሎ ንገሩና',
  resident: 'ንስኹም',
  answeredByComputer: 'ምስ ኮምፒተር ትዛረቡ ኣለኹም',
  answeredByNobodyYet: 'ሰራሕተኛ ትጽበዩ ኣለኹም። ምጽሓፍ ክትቅጽሉ ትኽእሉ።',
  messageLabel: 'መልእኽትኹም',
  send: 'ስደድ',
  person: 'ምስ ሰብ ክዛረብ እደሊ',
  crisis: 'ሕጂ ሓገዝ',
  callInstead: 'ክትድውሉ እውን ትኽእሉ፦',
  language: 'ቋንቋ',
  machineTranslated: 'ነዚ ቋንቋ ኮምፒተር ተርጒምዎ። ጌጋታት ክህሉ ይኽእል።',
  leave: 'ብቕልጡፍ ውጻእ',
  tryAgain: 'እንደገና ፈትን',
  no: 'ኣይፋል፡ ተመለስ',
};
