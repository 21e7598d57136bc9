import { html, nothing, type TemplateResult } from 'lit';
import { BEST, type Menu, type Question } from './menu.ts';
import { dayOf } from './moments.ts';
import { texts } from './texts/index.ts';
import type { OwnIntake } from './wire.ts';

const SCORES = [BEST, 3, 1] as const;
const SIZES = [0, 1, 2] as const;

/** A language to choose, in its own words. */
export interface Language {
  readonly code: string;
  readonly name: string;
  readonly direction: 'ltr' | 'rtl';
  readonly reviewed: boolean;
}

export interface MenuState {
  readonly canKeep: boolean;
  readonly canWithdraw: boolean;
  readonly canRead: boolean;
  readonly aloud: boolean;
  readonly size: number;
  readonly language: string;
  readonly languages: readonly Language[];
}

export interface ReadingActions {
  toggleAloud(): void;
  resize(size: number): void;
  speak(language: string): void;
}

export function menuView(menu: Menu, state: MenuState, reading: ReadingActions): TemplateResult | typeof nothing {
  switch (menu.page) {
    case null:
      return nothing;
    case 'chores':
      return html`<div class="menu" id="menu">
        ${chores(menu, state)} ${comfort(state, reading)} ${menu.judged ? nothing : judging(menu)}
        <p class="menu__explanation">${texts.leaveExplanation}</p>
      </div>`;
    case 'intake':
      return page(texts.question, ownIntake(menu.intake), backButton(menu));
    case 'words':
      return words(menu);
    default:
      return question(menu, menu.page);
  }
}

function chores(menu: Menu, state: MenuState): TemplateResult {
  return html`
    <h2 class="menu__title" id="menu-title" tabindex="-1">${texts.menuConversation}</h2>
    <div class="menu__row" role="group" aria-labelledby="menu-title">
      ${button(texts.question, menu.showIntake, !state.canKeep)} ${button(texts.keep, menu.keep, !state.canKeep)}
      ${state.canWithdraw ? button(texts.withdraw, () => menu.show('withdraw')) : nothing}
      ${button(texts.erase, () => menu.show('erase'), !state.canKeep)} ${button(texts.restart, () => menu.show('restart'))}
    </div>
  `;
}

function comfort(state: MenuState, reading: ReadingActions): TemplateResult {
  return html`
    <h2 class="menu__title" id="menu-reading">${texts.menuReading}</h2>
    <div class="menu__row" role="group" aria-labelledby="menu-reading">
      ${SIZES.map((size) => toggle(`${texts.textSize}: ${texts.textSizes[size]}`, state.size === size, () => reading.resize(size)))}
      ${state.canRead ? toggle(texts.aloud, state.aloud, reading.toggleAloud) : nothing}
    </div>
    ${state.languages.length > 1 ? languages(state, reading) : nothing}
  `;
}

function languages(state: MenuState, reading: ReadingActions): TemplateResult {
  const now = state.languages.find(({ code }) => code === state.language);
  return html`
    <h2 class="menu__title" id="menu-language">${texts.language}</h2>
    <div class="menu__row" role="group" aria-labelledby="menu-language">
      ${state.languages.map(
        ({ code, name, direction }) => html`<button
          type="button"
          lang=${code}
          dir=${direction}
          class="nl-button nl-button--secondary ${code === state.language ? 'menu__chosen' : ''}"
          aria-pressed=${code === state.language}
          @click=${() => reading.speak(code)}
        >
          ${name}
        </button>`,
      )}
    </div>
    ${now && !now.reviewed ? html`<p class="menu__explanation">${texts.machineTranslated}</p>` : nothing}
  `;
}

/** Asked in the menu, and when a conversation has ended. */
export function judging(menu: Menu): TemplateResult {
  return html`
    <h2 class="menu__title" id="menu-judge">${texts.judge}</h2>
    <div class="menu__row" role="group" aria-labelledby="menu-judge">
      ${SCORES.map((score, index) => button(texts.judgeScores[index] ?? '', () => menu.score(score)))}
    </div>
  `;
}

function words(menu: Menu): TemplateResult {
  const send = (event: Event): void => {
    event.preventDefault();
    const said = String(new FormData(event.currentTarget as HTMLFormElement).get('words') ?? '').trim();
    void menu.judge(said);
  };
  return html`<form class="menu" id="menu" @submit=${send}>
    <label class="menu__title" for="words">${texts.judgeWords}</label>
    <textarea class="utrecht-textarea utrecht-textarea--html-textarea" id="words" name="words" rows="2" maxlength="4000"></textarea>
    <div class="menu__row">
      <button type="submit" class="nl-button nl-button--primary">${texts.judgeSend}</button>
      ${button(texts.no, menu.close)}
    </div>
  </form>`;
}

function question(menu: Menu, asked: Question): TemplateResult {
  const [title, explanation, yes] = {
    withdraw: [texts.withdrawQuestion, texts.withdrawExplanation, texts.withdrawYes],
    erase: [texts.eraseQuestion, texts.eraseExplanation, texts.eraseYes],
    restart: [texts.restartQuestion, texts.restartExplanation, texts.restartYes],
  }[asked] as [string, string, string];
  return page(
    title,
    html`<p class="menu__explanation">${explanation}</p>`,
    html`<button type="button" class="nl-button nl-button--primary" @click=${menu.confirm}>${yes}</button>${button(texts.no, menu.close)}`,
  );
}

function ownIntake(intake: OwnIntake | null | undefined): TemplateResult {
  if (intake === undefined) return html`<p class="menu__explanation" role="status">…</p>`;
  if (intake === null) return html`<p class="menu__explanation">${texts.questionNone}</p>`;
  return html`<p class="menu__explanation">${texts.questionNumber(intake.reference)} ${stateOf(intake)}</p>`;
}

function stateOf({ status, dueAt }: OwnIntake): string {
  switch (status) {
    case 'closed':
      return texts.questionClosed;
    case 'withdrawn':
      return texts.questionWithdrawn;
    case 'claimed':
    case 'in_progress':
      return texts.questionHelped;
    default:
      return texts.questionWaits(dayOf(dueAt));
  }
}

function page(title: string, content: TemplateResult, buttons: TemplateResult): TemplateResult {
  return html`<div class="menu" id="menu" role="group" aria-labelledby="menu-title">
    <h2 class="menu__title" id="menu-title" tabindex="-1">${title}</h2>
    ${content}
    <div class="menu__row">${buttons}</div>
  </div>`;
}

function backButton(menu: Menu): TemplateResult {
  return button(texts.no, menu.close);
}

function button(label: string, act: () => unknown, disabled = false): TemplateResult {
  return html`<button type="button" class="nl-button nl-button--secondary" ?disabled=${disabled} @click=${act}>${label}</button>`;
}

function toggle(label: string, pressed: boolean, act: () => void): TemplateResult {
  return html`<button
    type="button"
    class="nl-button nl-button--secondary ${pressed ? 'menu__chosen' : ''}"
    aria-pressed=${pressed}
    @click=${act}
  >
    ${label}
  </button>`;
}
