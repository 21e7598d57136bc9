"""Danger comes before everything: the right number first, then the offer that somebody joins now."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.hand_over import HandOver
from actions.heard import Heard
from actions.service import Made
from actions.settings import catalogue
from actions.speech import Speech
from actions.story import told
from bot.decision import PERHAPS_CRISIS, likeliest_danger

SERVICE = "crisisdienst"
FIRST_FOR_A_CHILD = "kindertelefoon"


class Crisis(Action):
    """Says where help is right now."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_crisis"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Help lines from the catalogue, then one question; none when somebody was asked to come already."""
        heard = Heard.last(tracker)
        speech = Speech(dispatcher, tracker)
        kind = heard.intent.removeprefix("crisis_") if heard.intent.startswith("crisis_") else None
        if heard.intent == PERHAPS_CRISIS:
            kind = likeliest_danger(heard.ranking)
        kind = kind or tracker.get_slot("danger_kind") or "danger"
        _name_help(speech, kind, child=tracker.get_slot("speaker") == "child")
        if reference := tracker.get_slot("crisis_reference"):
            speech.say("crisis_already", (), {"kind": "crisis"}, reference=reference)
            return told(tracker, heard)
        buttons = [speech.button("crisis_yes", "/affirm"), speech.button("crisis_no", "/deny")]
        speech.say("crisis_offer", buttons, {"kind": "crisis"})
        return [*told(tracker, heard), SlotSet("offer", "crisis_help")]


def _name_help(speech: Speech, kind: str, *, child: bool) -> None:
    """The advice and its help lines; for a child the line for children comes first."""
    about = catalogue()
    key = f"crisis_{kind}"
    slugs = list(about.crisis_advice[kind].help_lines)  # type: ignore[index]
    if child:
        slugs = [FIRST_FOR_A_CHILD, *(slug for slug in slugs if slug != FIRST_FOR_A_CHILD)]
    advice = about.text(key, speech.language, speech.times_said(key))
    speech.tell(f"{advice}\n{about.lines_of(slugs, speech.language)}", key, about={"kind": "crisis"})


class HandOverCrisis(HandOver):
    """Asks a person to join at once; the intake is due now."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_hand_over_crisis"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """As for any person, and remembered: nobody is asked to come twice."""
        events = await super().run(dispatcher, tracker, domain)
        made = [event for event in events if event.get("name") == "reference"]
        return [*events, *(SlotSet("crisis_reference", event["value"]) for event in made)]

    async def promise(self, speech: Speech, tracker: Tracker, made: Made, about: dict[str, Any]) -> None:
        """No hours here: it is now, and 112 is faster."""
        speech.say("crisis_handed_over", (), about, reference=made.reference)

    def intake_body(self, tracker: Tracker, language: str) -> dict[str, Any]:
        """As for any person, but for the crisis service and due now."""
        return {**super().intake_body(tracker, language), "service": SERVICE, "urgency": "crisis"}
