"""Answers to questions about the organisation itself, from the catalogue."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.heard import Heard
from actions.moments import hours_in_words
from actions.settings import catalogue
from actions.speech import Speech


class Inform(Action):
    """Answers, and lets the form go on where it was."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_inform"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """One answer for each intent: the key is its name. Outside a form a complaint ends with the offer of a person."""
        speech = Speech(dispatcher, tracker)
        key = Heard.last(tracker).intent
        if tracker.active_loop_name:
            speech.say("complaint_between" if key == "complaint" else key, **_values(speech, key))
            return []
        if key == "complaint":
            speech.say(key, [speech.button("person_yes", "/person"), speech.button("person_no", "/deny")])
            return [SlotSet("offer", "person")]
        speech.say(key, [speech.button("a_person", "/person")] if key == "out_of_scope" else (), **_values(speech, key))
        return []


def _values(speech: Speech, key: str) -> dict[str, str]:
    match key:
        case "info_hours":
            return {"hours": hours_in_words(speech)}
        case "info_contact":
            return {"address": catalogue().organisation.address}
    return {}
