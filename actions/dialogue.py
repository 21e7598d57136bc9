"""What can be said at any moment: stop, and why do you ask."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.reset import NO_OFFER, everything
from actions.settings import catalogue


class Stop(Action):
    """Ends what we were doing; nothing is handed over."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_stop"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says so and forgets the question."""
        dispatcher.utter_message(response="utter_stopped")
        return everything()


class Decline(Action):
    """The resident does not want what was offered."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_decline"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Leaves it at that, and stays."""
        in_crisis = tracker.get_slot("offer") == "crisis_help"
        dispatcher.utter_message(response="utter_crisis_declined" if in_crisis else "utter_go_on")
        return [NO_OFFER]


class ExplainQuestion(Action):
    """Says why the last question was asked."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_explain_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """One reason for each question: `utter_why_` and the slot; outside a form there is nothing to explain."""
        asked = tracker.get_slot("requested_slot")
        dispatcher.utter_message(
            response=f"utter_why_{asked}" if asked else "utter_info_how", organisation=catalogue().organisation.name
        )
        return []
