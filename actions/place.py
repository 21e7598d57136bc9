"""Where the question would go: which place is meant when we are not sure, and who does it there instead of us."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions.answers import NOT_GIVEN
from actions.service import ServiceFailed, find_route
from actions.speech import Speech

# Once more when the answer is another place that we do not know for sure; then a colleague finds out.
MOST_TIMES_ASKED = 2
NOWHERE: dict[str, Any] = {"candidates": [], "referral": None, "area": None}


def route_of(tracker: Tracker) -> dict[str, Any]:
    """What was found for the place: `candidates` (names of villages), `referral` (who does it there, or None) and `area`."""
    return {**NOWHERE, **(tracker.get_slot("route") or {})}


def reach_of(referral: dict[str, Any]) -> str:
    """All ways to reach an organisation, one after the other."""
    return ", ".join(referral[way] for way in ("phone", "email", "website") if referral.get(way))


async def look_up(speech: Speech, tracker: Tracker, events: Sequence[EventType]) -> list[EventType]:
    """Asks the service where the question goes, when the place or the service is another one after `events`.

    Says which questions follow from it. Without an answer of the service none do: it looks again when it makes the intake.
    """
    place, service = (_after(tracker, events, name) for name in ("place", "service"))
    asked = [place, service]
    if place is None or (_after(tracker, events, "route") or {}).get("asked") == asked:
        return []
    found = NOWHERE
    if place != NOT_GIVEN:
        try:
            found = await find_route(place, service)
        except ServiceFailed:
            asked = []
    unsure = bool(found["candidates"]) and speech.times_said("ask_place_known") < MOST_TIMES_ASKED
    return [
        SlotSet("route", {**found, "asked": asked}),
        SlotSet("place_known", None if unsure else True),
        SlotSet("referral_agreed", None if found["referral"] and not unsure else False),
    ]


def _after(tracker: Tracker, events: Sequence[EventType], name: str) -> Any:
    """What the slot holds once these events have happened."""
    for event in reversed(events):
        if event.get("event") == "slot" and event.get("name") == name:
            return event.get("value")
    return tracker.get_slot(name)
