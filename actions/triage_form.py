"""From a story to the service it is about: say it back, let choose, ask once more, and then a person."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.heard import Heard
from actions.languages import offered_language
from actions.reset import NO_OFFER
from actions.settings import catalogue
from actions.speakers import speaker_in
from actions.speech import Speech
from actions.story import story_of, told
from bot.decision import (
    ASK_IF_SAFE,
    PERHAPS_CRISIS,
    PERHAPS_DANGER,
    danger_in,
    decide,
    likeliest_danger,
    services_in,
    slug_of,
)

# First we ask again, then we let choose, and then a person helps.
TRIES = 2
TOPICS = 8
PLAIN_ANSWERS = ("affirm", "deny", "dont_know", "go_back", "correct")


class ValidateTriageForm(Action):
    """Decides what the message means for the question "what is it about?"."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "validate_triage_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Gives slot events, or none at all when a rule should answer."""
        heard = Heard.last(tracker)
        speech = Speech(dispatcher, tracker)
        if heard.is_for_a_rule and heard.intent != PERHAPS_CRISIS:
            return []
        offered = tracker.get_slot("candidates") or {}
        chosen = slug_of(heard.intent)
        if heard.pressed and chosen:
            return _found(chosen, offered.get("also") or [])
        if heard.intent in PLAIN_ANSWERS and tracker.get_slot("requested_slot") == "service":
            return _answered(speech, tracker, heard, offered)
        return self._story(speech, tracker, heard)

    def _story(self, speech: Speech, tracker: Tracker, heard: Heard) -> list[EventType]:
        fresh = not tracker.get_slot("requested_slot")
        events: list[EventType] = [NO_OFFER, *told(tracker, heard)]
        if fresh:
            events += [SlotSet("service", None), SlotSet("triage_result", None)]
        if fresh and not story_of(tracker) and tracker.get_slot("speaker") == "other":
            events.append(SlotSet("speaker", None))
        speaker = speaker_in(tracker, heard)
        events += speaker
        is_child = tracker.get_slot("speaker") == "child" or any(slot["value"] == "child" for slot in speaker)
        speaks = catalogue().speaks(speech.language)
        code = offered_language(tracker, heard, speech.language) if speaks else None
        if heard.intent == PERHAPS_CRISIS and (is_child or code or not speaks or tracker.get_slot("asked_if_safe")):
            # Another question would come before "are you safe?", or that was asked already: then help comes at once.
            return [*speaker, SlotSet("danger_kind", likeliest_danger(heard.ranking)), *_over("danger")]
        if is_child:
            return [*events, SlotSet("candidates", {"mode": "child"})]
        then = _candidates(tracker, heard)
        if not speaks:
            return [*events, SlotSet("candidates", {"mode": "little", "then": then})]
        if code:
            mode = "language" if catalogue().speaks(code) else "little"
            return [
                *events,
                SlotSet("language_offered", code),
                SlotSet("candidates", {"mode": mode, "code": code, "then": then}),
            ]
        danger = sum(danger_in(heard.ranking).values())
        if (danger >= ASK_IF_SAFE or heard.intent == PERHAPS_CRISIS) and not tracker.get_slot("asked_if_safe"):
            return [
                *events,
                SlotSet("asked_if_safe", True),
                SlotSet("danger_kind", likeliest_danger(heard.ranking)),
                SlotSet("candidates", {"mode": "safe", "then": then}),
            ]
        if danger >= PERHAPS_DANGER and not tracker.get_slot("help_lines_named"):
            speech.say("perhaps_danger", (), {"kind": "notice"}, lines=catalogue().crisis_lines(speech.language))
            events.append(SlotSet("help_lines_named", True))
        return [*events, *_take(tracker, then)]


def _over(result: str) -> list[EventType]:
    """The form ends, and a rule goes on from this result."""
    return [SlotSet("triage_result", result), SlotSet("requested_slot", None)]


def _found(slug: str, also: list[str]) -> list[EventType]:
    return [
        SlotSet("service", slug),
        SlotSet("also", [other for other in also if other != slug]),
        SlotSet("triage_result", "found"),
        SlotSet("misunderstood", 0),
    ]


def _answered(speech: Speech, tracker: Tracker, heard: Heard, offered: dict[str, Any]) -> list[EventType]:
    """A plain answer to what was asked."""
    if heard.wants_to_begin_again:
        return _over("restart")
    yes = heard.intent == "affirm"
    match offered.get("mode"):
        case "safe" if yes:
            speech.say("safe_thanks")
            return _take(tracker, offered["then"])
        case "safe":
            return _over("danger")
        case "child" | "little":
            return _over("hand_over") if yes else [SlotSet("offer", "person"), *_over("declined")]
        case "language" if yes:
            code = offered["code"]
            Speech(speech.dispatcher, tracker, code).say("language_changed", (), {"language": code})
            return [SlotSet("language", code), *_take(tracker, offered["then"])]
        case "language":
            speech.say("on_we_go")
            return _take(tracker, offered["then"])
    if heard.intent == "affirm" and offered.get("mode") == "confirm":
        return _found(offered["services"][0], offered["also"])
    return _not_that(tracker, offered)


def _candidates(tracker: Tracker, heard: Heard) -> dict[str, Any]:
    """What the story is about, as far as we can hear. Unclear words after something clear leave that as it was."""
    decision = decide(heard.ranking, heard.further)
    before = tracker.get_slot("candidates") or {}
    if decision.next == "ask" or heard.looks_like_a_command:
        return before if before.get("mode") == "confirm" else {"mode": "ask", "services": [], "also": []}
    # What was heard earlier in the same story goes along.
    earlier = [*before.get("services", [])[:1], *before.get("also", [])] if before.get("mode") == "confirm" else []
    also = [slug for slug in dict.fromkeys([*decision.also, *earlier]) if slug != decision.services[0]]
    others = [slug for slug, _ in services_in(heard.ranking)[1:4]]
    return {"mode": decision.next, "services": list(decision.services), "also": also, "others": others}


def _take(tracker: Tracker, offered: dict[str, Any]) -> list[EventType]:
    """Goes on with what was understood; when that is nothing, asks once more."""
    return _once_more(tracker, offered) if offered["mode"] == "ask" else [SlotSet("candidates", offered)]


def _not_that(tracker: Tracker, offered: dict[str, Any]) -> list[EventType]:
    """The resident says it is something else: offer the next best ones, then ask for other words."""
    others = offered.get("others") or []
    if offered.get("mode") == "confirm" and others:
        return _once_more(tracker, {"mode": "choose", "services": others, "also": []})
    return _once_more(tracker, {"mode": "other_words", "services": [], "also": []})


def _once_more(tracker: Tracker, offered: dict[str, Any]) -> list[EventType]:
    """Asks again, then lets choose, and then a person helps."""
    misunderstood = int(tracker.get_slot("misunderstood") or 0) + 1
    if misunderstood > TRIES:
        return [SlotSet("misunderstood", 0), *_over("person")]
    if misunderstood == TRIES and offered["mode"] == "ask":
        offered = {"mode": "topics", "services": list(catalogue().services)[:TOPICS], "also": []}
    return [SlotSet("misunderstood", misunderstood), SlotSet("candidates", offered)]
