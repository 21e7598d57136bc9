"""A person, at once: no form first, only what is known already."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.heard import Heard
from actions.moments import opens_in_words
from actions.questions import facts_of
from actions.reset import everything
from actions.service import Made, Opening, ServiceFailed, make_intake, opening
from actions.settings import catalogue
from actions.speech import Speech
from actions.story import summary_of
from bot.decision import services_in

CONSENT = "De inwoner vroeg zelf om een medewerker die meeleest."
# A guess that is worth passing on when nobody was asked whether it is right.
WORTH_A_GUESS = 0.3


class OfferPerson(Action):
    """We do not understand it: would the resident like a person?"""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_offer_person"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Asks, with buttons; a plain "ja" will do as well."""
        speech = Speech(dispatcher, tracker)
        speech.say("offer_person", [speech.button("person_yes", "/person"), speech.button("person_no", "/deny")])
        return [SlotSet("offer", "person")]


class HandOver(Action):
    """Asks a person to join this conversation."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_hand_over"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Makes the intake first; only then says that a person was asked."""
        speech = Speech(dispatcher, tracker)
        try:
            made = await make_intake(tracker, self.intake_body(tracker, speech.language))
        except ServiceFailed:
            speech.say("hand_over_failed")
            return []
        about = {"kind": "reference", "reference": made.reference, "handOver": True}
        await self.promise(speech, tracker, made, about)
        return [
            *everything(),
            SlotSet("reference", made.reference),
            SlotSet("intakes_made", int(tracker.get_slot("intakes_made") or 0) + 1),
        ]

    async def promise(self, speech: Speech, tracker: Tracker, made: Made, about: dict[str, Any]) -> None:
        """Says that a person was asked, and honestly when somebody is there."""
        if tracker.get_slot("speaker") == "child":
            line = catalogue().lines_of(["kindertelefoon"], speech.language)
            speech.say("child_handed_over", (), about, reference=made.reference, line=line)
            return
        try:
            now = await opening()
        except ServiceFailed:
            now = Opening(open=True, opens_at=None)
        key = "handed_over" if now.open or now.opens_at is None else "handed_over_closed"
        speech.say(key, (), about, reference=made.reference, when=opens_in_words(speech, now))

    def intake_body(self, tracker: Tracker, language: str) -> dict[str, Any]:
        """What is known so far; the rest the person will ask."""
        return {
            "service": tracker.get_slot("service") or _guess(tracker),
            "also": tracker.get_slot("also") or [],
            "facts": all_facts(tracker),
            "place": tracker.get_slot("place"),
            "language": language,
            "summary": summary_of(tracker),
            "contact": {"name": tracker.get_slot("name"), "preference": "via deze chat"},
            "consent": consent_now(CONSENT),
        }


def _guess(tracker: Tracker) -> str | None:
    """The service the story seems to be about, when it was never confirmed."""
    offered = tracker.get_slot("candidates") or {}
    if services := offered.get("services") if offered.get("mode") == "confirm" else None:
        return str(services[0])
    ranked = [services_in(heard.ranking) for heard in Heard.all(tracker) if not heard.pressed]
    best = [ranking[0] for ranking in ranked if ranking and ranking[0][1] >= WORTH_A_GUESS]
    return max(best, key=lambda pair: pair[1])[0] if best else None


def all_facts(tracker: Tracker) -> dict[str, str | bool]:
    """What was answered, and for whom the resident speaks."""
    who: dict[str, str | bool] = {}
    match tracker.get_slot("speaker"):
        case "child":
            who = {"child": True}
        case "other" | "professional" as speaker:
            who = {"onBehalfOf": speaker}
    return {**facts_of(tracker), **who}


def consent_now(text: str) -> dict[str, str]:
    """Consent as the service wants it: the words, and this moment."""
    return {"givenAt": dt.datetime.now(dt.UTC).isoformat(), "text": text}
