/** What the loader itself says on the host page. Not Dutch or English: translated by a computer. */
export interface Words {
  readonly label: string;
  readonly close: string;
  readonly title: string;
}

const WORDS: Readonly<Record<string, Words>> = {
  nl: { label: 'Vertel wat er is', close: 'Sluit de chat', title: 'Chat' },
  en: { label: 'Tell us what is wrong', close: 'Close the chat', title: 'Chat' },
  ar: { label: 'أخبرنا ما المشكلة', close: 'أغلق المحادثة', title: 'محادثة' },
  uk: { label: 'Розкажіть, що сталося', close: 'Закрити чат', title: 'Чат' },
  pl: { label: 'Proszę powiedzieć, co się dzieje', close: 'Zamknij czat', title: 'Czat' },
  tr: { label: 'Sorununuzu anlatın', close: 'Sohbeti kapat', title: 'Sohbet' },
  ti: { label: 'እንታይ ከም ዘሎ ንገሩና', close: 'ዕጾ', title: 'ቻት' },
};
const DUTCH = WORDS.nl as Words;

/** The words of a language; Dutch for one we do not have. */
export function wordsOf(language: string): Words {
  return WORDS[language] ?? DUTCH;
}

export function directionOf(language: string): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}
