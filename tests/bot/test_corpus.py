"""The check of what residents say finds what it should: each gate is shown red here once."""

from pathlib import Path

import pytest

from bot.decision import kind_of
from bot.evaluation.corpus import Example, check

SERVICES = frozenset({"taalhuis", "mantelzorg"})


def example(text: str = "ik wil graag beter leren schrijven", intent: str = "hulp_taalhuis", **more: object) -> Example:
    return Example(text, intent, "group", Path("group/taalhuis.yml"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (example(intent="hulp_nergens"), "no service for intent"),
        (example(also=("taalhuis",)), "also: taalhuis"),
        (example(also=("onzin",)), "also: onzin"),
        (example(accept=("onzin",)), "accept: onzin"),
        (example(near_miss="iets"), "near_miss must be one of"),
        (example(intent="crisis_danger", near_miss="danger"), "never on a crisis"),
    ],
)
def test_wrong_label_is_named(wrong: Example, says: str) -> None:
    assert any(says in problem for problem in check([wrong], SERVICES))


def test_too_few_examples_are_named() -> None:
    problems = check([example()], SERVICES)
    assert "taalhuis has 1 examples; write at least 160." in problems
    assert "mantelzorg has 0 examples; write at least 160." in problems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ik wil graag beter leren schrijven", "Ik wil graag beter leren schrijven!"),
        ("ik wil graag beter leren schrijven met de hand", "ik wil graag beter leren schrijven met de hands"),
    ],
)
def test_near_copies_are_named(one: str, other: str) -> None:
    assert any("Write another" in problem for problem in check([example(one), example(other)], SERVICES))


def test_different_messages_and_short_answers_are_fine() -> None:
    said = [
        example("ja hoor", "affirm"),
        example("ja hoor!", "affirm"),
        example("mijn moeder vergeet steeds meer", "hulp_mantelzorg"),
    ]
    assert not any("Write another" in problem for problem in check(said, SERVICES))


@pytest.mark.parametrize(
    ("intent", "kind"),
    [("hulp_taalhuis", "service"), ("info_cost", "info"), ("crisis_danger", "crisis"), ("person", "person")],
)
def test_kind_of_an_intent(intent: str, kind: str) -> None:
    assert kind_of(intent) == kind
