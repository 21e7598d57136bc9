import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Entry } from './timeline.ts';

const SPEECH_LANGUAGES: Readonly<Record<string, string>> = {
  nl: 'nl-NL',
  en: 'en-GB',
  ar: 'ar-SA',
  uk: 'uk-UA',
  pl: 'pl-PL',
  tr: 'tr-TR',
  ti: 'ti-ER',
};

/** Reads messages aloud with the voice of the device itself (Web Speech); nothing leaves it that the device does not send by itself. */
export class Aloud implements ReactiveController {
  on = false;
  private lastRead = '';

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  /** Whether this browser can speak at all. */
  get possible(): boolean {
    return 'speechSynthesis' in window;
  }

  hostDisconnected(): void {
    this.silence();
  }

  /** Turns reading on or off. From now on: what is on the page already is read when somebody asks for it. */
  toggle(entries: readonly Entry[]): void {
    this.on = !this.on;
    this.lastRead = entries.at(-1)?.key ?? '';
    if (!this.on) this.silence();
    this.host.requestUpdate();
  }

  /** Reads what is new, when reading is on. */
  follow(entries: readonly Entry[], language: string): void {
    if (!this.on) return;
    const known = entries.findIndex((entry) => entry.key === this.lastRead);
    this.lastRead = entries.at(-1)?.key ?? '';
    for (const entry of entries.slice(known + 1)) {
      if (entry.sender !== 'resident') this.speak(entry, language);
    }
  }

  /** Reads this one now, instead of what is being read. False when the device has no voice for its language. */
  read(entry: Entry, language: string): boolean {
    this.silence();
    return this.speak(entry, language);
  }

  silence(): void {
    if (this.possible) window.speechSynthesis.cancel();
  }

  private speak(entry: Entry, language: string): boolean {
    const code = entry.language || language;
    const voice = this.voice(code);
    if (!voice && window.speechSynthesis.getVoices().length > 0) return false;
    const said = new SpeechSynthesisUtterance(
      [`${entry.senderName}.`, entry.text, ...entry.choices.map(({ label }) => `${label}.`)].join(' '),
    );
    said.lang = SPEECH_LANGUAGES[code] ?? code;
    if (voice) said.voice = voice;
    window.speechSynthesis.speak(said);
    return true;
  }

  /** A voice of the device for this language; one that works without a network is chosen first, so that nothing is sent elsewhere. */
  private voice(code: string): SpeechSynthesisVoice | undefined {
    const voices = window.speechSynthesis.getVoices().filter(({ lang }) => lang.toLowerCase().startsWith(code));
    return voices.find(({ localService }) => localService) ?? voices[0];
  }
}
