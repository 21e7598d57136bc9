"""The questions of the catalogue: which comes next, how it is asked, and what an answer means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker

from actions.heard import Heard
from actions.settings import catalogue
from organisation.model import Choice, CrisisKind, Question, QuestionWords
from organisation.questions import value_key

Facts = dict[str, str | bool]
UNKNOWN = "dont_know"


def facts_of(tracker: Tracker) -> Facts:
    """What was answered so far."""
    return dict(tracker.get_slot("facts") or {})


def questions_for(tracker: Tracker) -> list[Question]:
    """All questions for this service and this speaker, in order."""
    about = catalogue()
    service = about.services.get(tracker.get_slot("service") or "")
    speaker = about.speakers.get(tracker.get_slot("speaker") or "")
    own = list(service.questions) if service else []
    if speaker is None or (service and service.slug in speaker.unless_service):
        return own
    return [*own, *speaker.questions]


def words_for(tracker: Tracker, fact: str, language: str) -> QuestionWords:
    """How to ask it, in this language. Raises `KeyError` when it is not asked here."""
    about = catalogue()
    own = about.words_of(tracker.get_slot("service"), language).questions
    if fact in own:
        return own[fact]
    return about.words_of_speaker(tracker.get_slot("speaker"), language)[fact]


def next_question(questions: Sequence[Question], facts: Mapping[str, Any]) -> Question | None:
    """The first that is worth asking and not answered; None when all is known."""
    for question in questions:
        wanted = all(facts.get(fact) in values for fact, values in question.only_if.items())
        if wanted and question.fact not in facts:
            return question
    return None


def told_already(questions: Iterable[Question], stories: Iterable[str], facts: Facts) -> Facts:
    """`facts` with every answer that the stories hold. `stories` in plain words.

    A space before them keeps patterns that begin with ^ for answers: "nee" at the start of a story answers no question.
    """
    found = dict(facts)
    text = " " + " . ".join(stories)
    for question in questions:
        if question.fact not in found and (choice := _heard(question, text)):
            found[question.fact] = choice.value
    return {fact: value for fact, value in found.items() if _still_asked(fact, questions, found)}


def _still_asked(fact: str, questions: Iterable[Question], facts: Mapping[str, Any]) -> bool:
    asked = next((question for question in questions if question.fact == fact), None)
    return asked is None or all(facts.get(other) in values for other, values in asked.only_if.items())


def answer_to(question: Question, heard: Heard) -> str | bool | None:
    """The value of this answer; `UNKNOWN` when the resident does not know, None when we do not understand it."""
    if "answer" in heard.entities:
        return next(
            (choice.value for choice in question.choices if value_key(choice.value) == heard.entities["answer"]), None
        )
    if choice := _heard(question, heard.words):
        return choice.value
    if heard.intent == "dont_know":
        return UNKNOWN
    plain_answers = {"affirm": ("yes", True), "deny": ("no", "none", False)}.get(heard.intent, ())
    return next((choice.value for choice in question.choices if choice.value in plain_answers), None)


def danger_of(question: Question, value: str | bool) -> CrisisKind | None:
    """The danger that this answer means."""
    return next((choice.then for choice in question.choices if choice.value == value), None)


def labels_of(tracker: Tracker, facts: Mapping[str, Any], language: str) -> list[str]:
    """What was answered, each as a sentence of question and answer, without what the resident does not know."""
    said = []
    for question in questions_for(tracker):
        value = facts.get(question.fact)
        if value is not None and value != UNKNOWN:
            words = words_for(tracker, question.fact, language)
            said.append(f"{words.text[0]} {words.choices[value_key(value)]}")
    return said


def _heard(question: Question, words: str) -> Choice | None:
    return next((choice for choice in question.choices if choice.heard and re.search(choice.heard, words)), None)
