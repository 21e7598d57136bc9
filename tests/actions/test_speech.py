"""The same thing is said in another way each time, and in the language of the conversation."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.settings import catalogue
from actions.speech import Speech, language_of_conversation


def after(*events: dict[str, Any]) -> Tracker:
    return Tracker("x", {}, {}, list(events), False, None, {}, "action_listen")


def said(key: str) -> dict[str, Any]:
    return {"event": "bot", "data": {"custom": {"said": key}}}


def user(language: str | None) -> dict[str, Any]:
    return {"event": "user", "metadata": {"language": language} if language else {}}


def test_ways_come_in_turn_within_and_between_turns() -> None:
    ways = catalogue().ways("ask_place")
    assert len(ways) == 3
    speech = Speech(CollectingDispatcher(), after(said("ask_place")))
    assert [speech.say("ask_place") for _ in range(3)] == [ways[1], ways[2], ways[0]]


def test_language_is_that_of_the_message_unless_changed_in_this_turn() -> None:
    assert language_of_conversation(after(user("pl"))) == "pl"
    assert language_of_conversation(after(user(None))) == "nl"
    changed = {"event": "slot", "name": "language", "value": "en"}
    assert language_of_conversation(after(user("nl"), changed)) == "en"
    assert language_of_conversation(after(changed, user("uk"))) == "uk"


def test_what_was_said_last_is_known_by_name() -> None:
    assert Speech(CollectingDispatcher(), after(said("fact threat"), user("nl"))).said_last() == "fact threat"
    assert Speech(CollectingDispatcher(), after()).said_last() is None
