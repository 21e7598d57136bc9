"""What a resident told already is not asked again, and an answer is understood with or without a button."""

import pytest

from actions.heard import Heard
from actions.questions import UNKNOWN, Facts, answer_to, next_question, told_already
from actions.settings import catalogue
from organisation.crisis import plain

DEBTS = catalogue().services["schuldhulpverlening"].questions
CRISIS = catalogue().services["crisisdienst"].questions


@pytest.mark.parametrize(
    ("story", "facts"),
    [
        ("ik word vrijdag uit mijn huis gezet", {"threat": "eviction", "threatWhen": "this_week"}),
        ("ze gaan de stroom afsluiten", {"threat": "energy"}),
        ("mijn zorgverzekering is opgezegd", {"threat": "insurance"}),
        ("ik heb schulden", {}),
        ("nee ik kan niet meer, overal rekeningen", {}),
        ("volgende week moet ik 500 euro betalen", {}),
    ],
)
def test_facts_in_a_story(story: str, facts: Facts) -> None:
    assert told_already(DEBTS, [plain(story)], {}) == facts


def test_second_question_is_asked_only_when_the_first_makes_it_worth_it() -> None:
    assert (first := next_question(DEBTS, {})) and first.fact == "threat"
    assert (second := next_question(DEBTS, {"threat": "energy"})) and second.fact == "threatWhen"
    assert next_question(DEBTS, {"threat": "none"}) is None
    assert next_question(DEBTS, {"threat": UNKNOWN}) is None


@pytest.mark.parametrize(
    ("heard", "value"),
    [
        (Heard('/affirm{"answer": "false"}', "affirm", entities={"answer": "false"}), False),
        (Heard("nee", "deny"), False),
        (Heard("ja ik kan bij mijn zus terecht", "affirm"), True),
        (Heard("weet ik nog niet", "dont_know"), UNKNOWN),
        (Heard("blub", "nlu_fallback"), None),
        (Heard('/affirm{"answer": "moon"}', "affirm", entities={"answer": "moon"}), None),
    ],
)
def test_answer_is_understood(heard: Heard, value: str | bool | None) -> None:
    assert answer_to(CRISIS[0], heard) == value
