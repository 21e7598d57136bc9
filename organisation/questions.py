"""The questions of the catalogue: what is asked, of whom, and the mistakes that no schema can see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from organisation.model import Choice, Question, QuestionWords, Speaker
from organisation.source import Source


def questions_of(entries: Sequence[Mapping[str, Any]]) -> tuple[Question, ...]:
    """Questions without their words."""
    return tuple(
        Question(
            fact=entry["fact"],
            choices=tuple(
                Choice(choice["value"], choice.get("heard"), choice.get("then")) for choice in entry["choices"]
            ),
            only_if={fact: tuple(values) for fact, values in entry.get("only_if", {}).items()},
        )
        for entry in entries
    )


def question_words(entries: Sequence[Mapping[str, Any]]) -> dict[str, QuestionWords]:
    """The Dutch words of questions, by fact."""
    return {
        entry["fact"]: QuestionWords(
            tuple(entry["text"]),
            tuple(entry.get("why", ())),
            {value_key(choice["value"]): choice["label"] for choice in entry["choices"]},
        )
        for entry in entries
    }


def speakers_of(data: Mapping[str, Any]) -> dict[str, Speaker]:
    """Who else may be speaking, in the order in which they are looked for."""
    return {
        name: Speaker(
            name,
            entry["heard"],
            entry.get("unless"),
            tuple(entry.get("unless_service", ())),
            questions_of(entry.get("questions", ())),
            question_words(entry.get("questions", ())),
        )
        for name, entry in data.items()
    }


def value_key(value: str | bool) -> str:
    """The value of an answer as the name of its label: true and false are "true" and "false"."""
    return str(value).lower() if isinstance(value, bool) else value


def question_problems(source: Source) -> Iterator[str]:
    """Patterns that are none, the same fact or answer twice, and conditions on what is never asked before."""
    for slug, entry in source.data.items():
        yield from _pattern_problems(source, [slug], entry)
        for name in entry.get("specifics", {}):
            yield from _pattern_problems(source, [slug, "specifics", name], entry["specifics"][name])
        asked: dict[str, set[str | bool]] = {}
        for number, question in enumerate(entry.get("questions", [])):
            where = [slug, "questions", number]
            values = [choice["value"] for choice in question["choices"]]
            if question["fact"] in asked:
                yield source.problem(
                    [*where, "fact"],
                    f"{question['fact']!r} is asked twice. Ask it once, or give one of the two another name.",
                )
            for choice_number, choice in enumerate(question["choices"]):
                yield from _pattern_problems(source, [*where, "choices", choice_number], choice)
                if values.count(choice["value"]) > 1:
                    yield source.problem(
                        [*where, "choices", choice_number],
                        f"{choice['value']!r} is here twice. Give each answer its own value.",
                    )
            for fact, wanted in question.get("only_if", {}).items():
                if unknown := [value for value in wanted if value not in asked.get(fact, set())]:
                    yield source.problem(
                        [*where, "only_if", fact],
                        f"{fact} is never {unknown[0]!r} at this point. Use a question above this one and one of its answers.",
                    )
            asked[question["fact"]] = set(values)


def _pattern_problems(source: Source, where: list[str | int], entry: Mapping[str, Any]) -> Iterator[str]:
    for field in ("heard", "unless"):
        try:
            re.compile(entry.get(field) or "")
        except re.error as error:
            yield source.problem(
                [*where, field], f"this is not a regular expression: {error}. Look at that place in it."
            )
