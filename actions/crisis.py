"""Danger comes before everything: the right number first, then the offer that somebody joins now."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.hand_over import HandOver
from actions.heard import Heard
from actions.settings import catalogue
from actions.story import told

SERVICE = "crisisdienst"
YES = {"title": "Ja, graag", "payload": "/affirm"}
NO = {"title": "Nu niet", "payload": "/deny"}


class Crisis(Action):
    """Says where help is right now."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_crisis"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Help lines from the catalogue, then one question."""
        heard = Heard.last(tracker)
        kind = heard.intent.removeprefix("crisis_")
        dispatcher.utter_message(text=catalogue().crisis_text(kind), json_message={"kind": "crisis"})
        dispatcher.utter_message(response="utter_crisis_offer", buttons=[YES, NO], json_message={"kind": "crisis"})
        return [*told(tracker, heard), SlotSet("offer", "crisis_help")]


class HandOverCrisis(HandOver):
    """Asks a person to join at once; the intake is due now."""

    urgency = "crisis"
    said = "utter_crisis_handed_over"

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_hand_over_crisis"

    def intake_body(self, tracker: Tracker) -> dict[str, Any]:
        """As for any person, but for the crisis service."""
        return {**super().intake_body(tracker), "service": SERVICE}
