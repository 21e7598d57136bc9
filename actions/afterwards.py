"""What became of the question, and taking it back."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.moments import due_in_words
from actions.reset import NO_OFFER
from actions.service import ServiceFailed, own_intake, withdraw_intakes
from actions.speech import Speech

KEYS = {"new": "status", "transferred": "status", "claimed": "status_taken", "in_progress": "status_taken"}


class TellStatus(Action):
    """Where the question of this conversation stands. Of another number we say nothing: whoever knows it need not be the owner."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_tell_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says the number and by when, or that there is none here."""
        speech = Speech(dispatcher, tracker)
        try:
            found = await own_intake(tracker)
        except ServiceFailed:
            speech.say("status_failed")
            return []
        if found is None:
            speech.say("status_none")
            return []
        key = KEYS.get(found.status, "status_done")
        values = {"due": due_in_words(speech, found)} if key == "status" else {}
        speech.say(key, reference=found.reference, **values)
        return []


class AskWithdraw(Action):
    """Is it meant? Taking back cannot be undone."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_ask_withdraw"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """One question, when there is something to take back."""
        speech = Speech(dispatcher, tracker)
        try:
            found = await own_intake(tracker)
        except ServiceFailed:
            speech.say("status_failed")
            return []
        if found is None or found.status == "withdrawn":
            speech.say("withdraw_none")
            return []
        buttons = [speech.button("withdraw_yes", "/affirm"), speech.button("withdraw_no", "/deny")]
        speech.say("withdraw_ask", buttons, reference=found.reference)
        return [SlotSet("offer", "withdraw")]


class Withdraw(Action):
    """Takes back what was handed over. The service itself tells that it has happened."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_withdraw"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Done, or honestly not done."""
        speech = Speech(dispatcher, tracker)
        try:
            done = await withdraw_intakes(tracker)
        except ServiceFailed:
            speech.say("status_failed")
            return []
        speech.say("withdrawn" if done else "withdraw_none")
        return [NO_OFFER, SlotSet("reference", None), SlotSet("crisis_reference", None)]
