"""Handing the question over, or keeping it to ourselves."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import NOT_GIVEN, UNSAFE, shown_contact
from actions.hand_over import all_facts, consent_now
from actions.heard import Heard
from actions.moments import due_in_words, hours_in_words
from actions.place import route_of
from actions.reset import everything
from actions.service import ServiceFailed, make_intake
from actions.settings import catalogue
from actions.speech import Speech
from actions.story import summary_of


class SubmitIntake(Action):
    """Hands the question over, and says so only when it has happened."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_submit_intake"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """First the number, then the promise; without a number no promise."""
        speech = Speech(dispatcher, tracker)
        try:
            made = await make_intake(tracker, intake_body(speech, tracker))
        except ServiceFailed:
            speech.say("submit_failed", [speech.button("try_again", "/affirm")])
            return [SlotSet("offer", "submit_again")]
        team = catalogue().teams.get(made.team or "")
        values = {
            "reference": made.reference,
            "team": team.name if team else catalogue().organisation.name,
            "due": due_in_words(speech, made),
        }
        about = {"kind": "reference", "reference": made.reference}
        if tracker.get_slot("referral_agreed"):
            speech.say("submitted_referral", (), about, **values, to=route_of(tracker)["referral"]["name"])
        else:
            speech.say("submitted", (), about, **values)
        return [
            *everything(),
            SlotSet("reference", made.reference),
            SlotSet("intakes_made", int(tracker.get_slot("intakes_made") or 0) + 1),
        ]


def intake_body(speech: Speech, tracker: Tracker) -> dict[str, Any]:
    """The intake as the service wants it. A number that is not safe to call does not go along."""
    place, name, contact, reach = (tracker.get_slot(slot) for slot in ("place", "name", "contact", "reach"))
    ways = Heard("" if reach == UNSAFE else contact or "")
    return {
        "service": tracker.get_slot("service"),
        "also": tracker.get_slot("also") or [],
        "facts": all_facts(tracker),
        "place": place if place != NOT_GIVEN else None,
        "language": speech.language,
        "summary": summary_of(tracker),
        "contact": {
            "name": name if name != NOT_GIVEN else None,
            "phone": next(iter(ways.placeholders("telefoon")), None),
            "email": next(iter(ways.placeholders("email")), None),
            # The professional reads Dutch, whatever the conversation is in.
            "preference": shown_contact(Speech(speech.dispatcher, tracker, "nl"), tracker),
        },
        "consent": consent_now(f"{tracker.get_slot('consent_shown')} - {speech.words('consent_yes')}"),
        "referralConsent": consent_now(f"{tracker.get_slot('referral_shown')} - {speech.words('referral_yes')}")
        if tracker.get_slot("referral_agreed")
        else None,
    }


class KeepToOurselves(Action):
    """No consent: nothing is handed over, and there are other ways to reach people."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_keep_to_ourselves"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says how to reach us without this assistant."""
        speech = Speech(dispatcher, tracker)
        speech.say("no_consent", hours=hours_in_words(speech), address=catalogue().organisation.address)
        return list(everything())
