import { html, nothing, type TemplateResult } from 'lit';
import { texts } from './texts.nl.ts';

/** Something that cannot be undone, so the page asks first. */
export type Question = 'withdraw' | 'erase' | 'restart';

export interface MenuActions {
  keep(): void;
  ask(question: Question): void;
}

export function menuView(actions: MenuActions, canKeep: boolean, canWithdraw: boolean): TemplateResult {
  return html`
    <div class="menu" id="menu">
      <div class="menu__row">
        <button type="button" class="nl-button nl-button--secondary" ?disabled=${!canKeep} @click=${actions.keep}>${texts.keep}</button>
        ${
          canWithdraw
            ? html`<button type="button" class="nl-button nl-button--secondary" @click=${() => actions.ask('withdraw')}>${texts.withdraw}</button>`
            : nothing
        }
        <button type="button" class="nl-button nl-button--secondary" ?disabled=${!canKeep} @click=${() => actions.ask('erase')}>${texts.erase}</button>
        <button type="button" class="nl-button nl-button--secondary" @click=${() => actions.ask('restart')}>${texts.restart}</button>
      </div>
      <p class="menu__explanation">${texts.leaveExplanation}</p>
    </div>
  `;
}

const QUESTIONS = {
  withdraw: { question: texts.withdrawQuestion, explanation: texts.withdrawExplanation, yes: texts.withdrawYes },
  erase: { question: texts.eraseQuestion, explanation: texts.eraseExplanation, yes: texts.eraseYes },
  restart: { question: texts.restartQuestion, explanation: texts.restartExplanation, yes: texts.restartYes },
} as const;

export function questionView(question: Question, yes: () => void, no: () => void): TemplateResult {
  const words = QUESTIONS[question];
  return html`
    <div class="menu" id="menu" role="group" aria-labelledby="question">
      <h2 class="menu__question" id="question" tabindex="-1">${words.question}</h2>
      <p class="menu__explanation">${words.explanation}</p>
      <div class="menu__row">
        <button type="button" class="nl-button nl-button--primary" @click=${yes}>${words.yes}</button>
        <button type="button" class="nl-button nl-button--secondary" @click=${no}>${texts.no}</button>
      </div>
    </div>
  `;
}
