"""Answers to questions about the organisation itself, from the catalogue."""

from __future__ import annotations

from typing import Any

from babel.dates import get_day_names
from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.hand_over import A_PERSON
from actions.heard import Heard
from actions.reset import NO_OFFER
from actions.settings import catalogue
from organisation import Organisation

OFFERS_A_PERSON = frozenset({"complaint", "out_of_scope"})


class Inform(Action):
    """Answers, and lets the form go on where it was."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_inform"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """One answer for each intent: `utter_` and its name."""
        intent = Heard.last(tracker).intent
        about = catalogue().organisation
        dispatcher.utter_message(
            response=f"utter_{intent}",
            organisation=about.name,
            phone=about.phone,
            email=about.email,
            address=about.address,
            hours=spoken_hours(about),
            buttons=[A_PERSON] if intent in OFFERS_A_PERSON else [],
        )
        return [SlotSet("offer", "person") if intent in OFFERS_A_PERSON else NO_OFFER]


def spoken_hours(about: Organisation) -> str:
    """Opening hours in a sentence: "maandag van 9.00 tot 17.00 uur, ..."."""
    names = get_day_names(locale="nl")
    return ", ".join(
        f"{names[hours.weekday]} van {hours.opens.hour}.{hours.opens:%M} tot {hours.closes.hour}.{hours.closes:%M} uur"
        for hours in about.hours
    )
