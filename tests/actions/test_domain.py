"""Domain, catalogue and actions speak of the same things."""

from pathlib import Path

import yaml
from rasa_sdk.executor import ActionExecutor

import actions
from organisation import load_catalogue
from organisation.wording import WORDING

DOMAIN = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted(Path("domain").glob("*.yml"))]
CATALOGUE = load_catalogue(Path("catalogue/demo"))


def test_every_service_has_an_intent_and_every_such_intent_a_service() -> None:
    intents = {name for part in DOMAIN for intent in part.get("intents", []) for name in intent}
    assert {name for name in intents if name.startswith("hulp_")} == {
        service.intent for service in CATALOGUE.services.values()
    }


def test_every_action_of_the_domain_is_written_and_every_written_one_is_in_the_domain() -> None:
    executor = ActionExecutor()
    executor.register_package(actions)
    assert set(executor.actions) == {action for part in DOMAIN for action in part.get("actions", [])}


def test_every_asked_slot_has_its_reason() -> None:
    asked = [slot for part in DOMAIN for form in part.get("forms", {}).values() for slot in form["required_slots"]]
    other = {"facts_known": "facts"}
    assert {f"why_{other.get(slot, slot)}" for slot in asked} <= WORDING.keys()


def test_every_intent_that_is_answered_with_a_sentence_has_one() -> None:
    intents = {name for part in DOMAIN for intent in part.get("intents", []) for name in intent}
    answered = {name for name in intents if name.startswith(("info_", "smalltalk_"))} - {"info_status"}
    assert answered | {"privacy", "complaint", "out_of_scope"} <= WORDING.keys()


def test_domain_says_nothing_itself() -> None:
    assert [part for part in DOMAIN if part.get("responses")] == []


def test_every_kind_of_crisis_has_an_intent() -> None:
    intents = {name for part in DOMAIN for intent in part.get("intents", []) for name in intent}
    assert {f"crisis_{kind}" for kind in CATALOGUE.crisis_advice} <= intents
