"""Between no danger and an alarm: help lines in passing, or the question whether somebody is safe, each once in a conversation."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.triage_asking import AskService
from actions.triage_form import ValidateTriageForm
from bot.decision import ASK_IF_SAFE, PERHAPS_CRISIS, PERHAPS_DANGER

STORY = "mijn man is weer zo boos en ik weet niet hoe ik de avond doorkom"


def tracker_after(danger: float, intent: str | None = None, **slots: Any) -> Tracker:
    """A conversation in which this was just said, and heard with this probability of violence."""
    ranking = [
        {"name": "hulp_maatschappelijk_werk", "confidence": 1 - danger},
        {"name": "crisis_violence", "confidence": danger},
    ]
    message = {
        "text": STORY,
        "intent": {"name": intent} if intent else ranking[0],
        "intent_ranking": ranking,
        "entities": [],
    }
    return Tracker("x", {"requested_slot": None, **slots}, message, [], False, None, {}, "action_listen")


async def heard(tracker: Tracker) -> tuple[dict[str, Any], str]:
    """The slots that are set, and what is said."""
    dispatcher = CollectingDispatcher()
    events = await ValidateTriageForm().run(dispatcher, tracker, {})
    slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    return slots, "\n".join(message["text"] for message in dispatcher.messages)


async def test_no_danger_is_not_spoken_of() -> None:
    slots, said = await heard(tracker_after(PERHAPS_DANGER - 0.01))
    assert said == ""
    assert slots["candidates"]["mode"] == "confirm"


async def test_perhaps_danger_names_help_lines_once_and_goes_on() -> None:
    slots, said = await heard(tracker_after(PERHAPS_DANGER))
    assert "112" in said
    assert slots["help_lines_named"] is True
    assert slots["candidates"]["mode"] == "confirm"
    _, said = await heard(tracker_after(PERHAPS_DANGER, help_lines_named=True))
    assert "112" not in said


async def test_more_likely_danger_asks_first_whether_somebody_is_safe_and_only_once() -> None:
    slots, _ = await heard(tracker_after(ASK_IF_SAFE))
    assert (slots["candidates"]["mode"], slots["danger_kind"]) == ("safe", "violence")
    dispatcher = CollectingDispatcher()
    await AskService().run(dispatcher, tracker_after(ASK_IF_SAFE, **slots), {})
    assert "veilig" in dispatcher.messages[-1]["text"]
    slots, _ = await heard(tracker_after(ASK_IF_SAFE, asked_if_safe=True))
    assert slots["candidates"]["mode"] == "confirm"


async def test_what_a_rule_heard_is_asked_about_however_little_the_classifier_makes_of_it() -> None:
    slots, _ = await heard(tracker_after(0.01, PERHAPS_CRISIS))
    assert slots["candidates"]["mode"] == "safe"


async def test_what_sounds_like_a_crisis_is_asked_about_once_and_is_danger_the_second_time() -> None:
    slots, _ = await heard(tracker_after(0.6, PERHAPS_CRISIS))
    assert slots["candidates"]["mode"] == "safe"
    slots, _ = await heard(tracker_after(0.6, PERHAPS_CRISIS, asked_if_safe=True))
    assert (slots["triage_result"], slots["danger_kind"]) == ("danger", "violence")


@pytest.mark.parametrize(
    ("text", "about"),
    [
        (STORY, {"speaker": "child"}),
        ("my husband is angry again and I do not know how to get through the evening", {}),
    ],
)
async def test_what_sounds_like_a_crisis_is_danger_where_another_question_would_come_first(
    text: str, about: dict[str, str]
) -> None:
    tracker = tracker_after(0.6, PERHAPS_CRISIS, **about)
    tracker.latest_message["text"] = text
    slots, _ = await heard(tracker)
    assert slots["triage_result"] == "danger"
