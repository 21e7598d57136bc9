"""What follows from a place: which question comes next, and that a service that is away stops nobody."""

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import place
from actions.answers import NOT_GIVEN
from actions.service import ServiceFailed
from actions.speech import Speech

YOUTH_WORK = {"name": "De Uitdaging", "phone": "0492 00 00 10", "email": None, "website": "https://x.example"}
ROUTES: dict[str, dict[str, Any]] = {
    "Gemert": {"candidates": [], "referral": YOUTH_WORK, "area": "Gemert-Bakel"},
    "Best": {"candidates": [], "referral": None, "area": "Best"},
    "moordel": {"candidates": ["De Mortel"], "referral": None, "area": None},
}


def tracker(said: int = 0, **slots: Any) -> Tracker:
    events = [{"event": "bot", "data": {"custom": {"said": "ask_place_known"}}}] * said
    return Tracker("conversation-1", slots, {}, events, False, None, {}, "action_listen")


async def after(monkeypatch: pytest.MonkeyPatch, there: Tracker, *events: Any) -> dict[str, Any]:
    async def find(where: str, service: str | None) -> dict[str, Any]:
        if where not in ROUTES:
            raise ServiceFailed("away")
        return ROUTES[where]

    monkeypatch.setattr(place, "find_route", find)
    made = await place.look_up(Speech(CollectingDispatcher(), there), there, list(events))
    return {event["name"]: event["value"] for event in made}


@pytest.mark.parametrize(
    ("where", "place_known", "referral_agreed"),
    [
        ("Gemert", True, None),
        ("Best", True, False),
        ("moordel", None, False),
        (NOT_GIVEN, True, False),
        ("the service is away", True, False),
    ],
)
async def test_only_what_is_unclear_or_done_by_another_is_asked(
    monkeypatch: pytest.MonkeyPatch, where: str, place_known: bool | None, referral_agreed: bool | None
) -> None:
    slots = await after(monkeypatch, tracker(service="jongerenwerk"), SlotSet("place", where))
    assert (slots["place_known"], slots["referral_agreed"]) == (place_known, referral_agreed)


async def test_nothing_is_asked_again_while_place_and_service_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    there = tracker(place="Gemert", service="jongerenwerk", route={"asked": ["Gemert", "jongerenwerk"]})
    assert await after(monkeypatch, there) == {}
    assert (await after(monkeypatch, there, SlotSet("place", "Best")))["referral_agreed"] is False
    assert await after(monkeypatch, tracker(service="jongerenwerk")) == {}


async def test_which_place_is_asked_twice_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await after(monkeypatch, tracker(said=1), SlotSet("place", "moordel")))["place_known"] is None
    assert (await after(monkeypatch, tracker(said=2), SlotSet("place", "moordel")))["place_known"] is True


def test_every_way_to_reach_an_organisation_is_told() -> None:
    assert place.reach_of(YOUTH_WORK) == "0492 00 00 10, https://x.example"
