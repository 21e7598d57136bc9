"""A person, at once: no form first, only what is known already."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.intakes import IntakeFailed, consent_now, make_intake
from actions.reset import everything
from actions.settings import catalogue
from actions.story import summary_of

A_PERSON = {"title": "Ik wil een medewerker", "payload": "/person"}
YES = {"title": "Ja, graag", "payload": "/person"}
NO = {"title": "Nee", "payload": "/deny"}
CONSENT = "De inwoner vroeg zelf om een medewerker die meeleest."


class OfferPerson(Action):
    """We do not understand it: would the resident like a person?"""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_offer_person"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Asks, with buttons; a plain "ja" will do as well."""
        dispatcher.utter_message(response="utter_offer_person", buttons=[YES, NO])
        return [SlotSet("offer", "person")]


class HandOver(Action):
    """Asks a person to join this conversation."""

    urgency = "normal"
    said = "utter_handed_over"

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_hand_over"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Makes the intake first; only then says that a person was asked."""
        about = catalogue().organisation
        try:
            made = await make_intake(tracker, self.intake_body(tracker))
        except IntakeFailed:
            dispatcher.utter_message(response="utter_hand_over_failed", phone=about.phone)
            return []
        dispatcher.utter_message(
            response=self.said,
            reference=made.reference,
            due=made.due,
            phone=about.phone,
            json_message={"kind": "reference", "reference": made.reference, "handOver": True},
        )
        return [*everything(), SlotSet("intakes_made", int(tracker.get_slot("intakes_made") or 0) + 1)]

    def intake_body(self, tracker: Tracker) -> dict[str, Any]:
        """What is known so far; the rest the person will ask."""
        return {
            "service": tracker.get_slot("service"),
            "place": tracker.get_slot("place"),
            "urgency": self.urgency,
            "summary": summary_of(tracker),
            "contact": {"name": tracker.get_slot("name"), "preference": "via deze chat"},
            "consent": consent_now(CONSENT),
        }
