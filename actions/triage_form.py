"""From a story to the service it is about: say it back, let choose, ask once more, and then a person."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.hand_over import A_PERSON
from actions.heard import Heard
from actions.reset import NO_OFFER
from actions.settings import catalogue
from actions.story import told
from bot.decision import PERHAPS_DANGER, danger_in, decide, services_in, slug_of

TRIES = 2
YES = {"title": "Ja, dat klopt", "payload": "/affirm"}
SOMETHING_ELSE = {"title": "Nee, iets anders", "payload": "/deny"}


class ValidateTriageForm(Action):
    """Decides what the message means for the question "what is it about?"."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "validate_triage_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Gives slot events, or none at all when a rule should answer."""
        heard = Heard.last(tracker)
        if heard.is_for_a_rule:
            return []
        chosen = slug_of(heard.intent)
        if heard.pressed and chosen:
            return _found(chosen, (tracker.get_slot("candidates") or {}).get("also") or [])
        if tracker.get_slot("requested_slot") == "service":
            offered = tracker.get_slot("candidates") or {}
            if heard.intent == "affirm" and offered.get("mode") == "confirm":
                return _found(offered["services"][0], offered["also"])
            if heard.intent in ("affirm", "deny", "dont_know", "go_back", "correct"):
                return _not_that(tracker, offered)
        fresh = [] if tracker.get_slot("requested_slot") else [SlotSet("service", None), SlotSet("triage_result", None)]
        return [
            NO_OFFER,
            *fresh,
            *_name_help_lines(dispatcher, tracker, heard),
            *told(tracker, heard),
            *_listen(tracker, heard),
        ]


def _found(slug: str, also: list[str]) -> list[EventType]:
    return [
        SlotSet("service", slug),
        SlotSet("also", [other for other in also if other != slug]),
        SlotSet("triage_result", "found"),
        SlotSet("misunderstood", 0),
    ]


def _name_help_lines(dispatcher: CollectingDispatcher, tracker: Tracker, heard: Heard) -> list[EventType]:
    """Once in a conversation, when there may be danger but not surely: where help is, before anything is asked."""
    if tracker.get_slot("help_lines_named") or sum(danger_in(heard.ranking).values()) < PERHAPS_DANGER:
        return []
    dispatcher.utter_message(
        response="utter_perhaps_danger", lines=catalogue().crisis_lines(), json_message={"kind": "notice"}
    )
    return [SlotSet("help_lines_named", True)]


def _listen(tracker: Tracker, heard: Heard) -> list[EventType]:
    """What the story is about, as far as we can hear."""
    decision = decide(heard.ranking, heard.further)
    if decision.next == "ask" or heard.looks_like_a_command:
        return _once_more(tracker, {"mode": "ask", "services": [], "also": []})
    others = [slug for slug, _ in services_in(heard.ranking)[1:4]]
    offered = {
        "mode": decision.next,
        "services": list(decision.services),
        "also": list(decision.also),
        "others": others,
    }
    return [SlotSet("candidates", offered)]


def _not_that(tracker: Tracker, offered: dict[str, Any]) -> list[EventType]:
    """The resident says it is something else: offer the next best ones, then ask for other words."""
    others = offered.get("others") or []
    if offered.get("mode") == "confirm" and others:
        return _once_more(tracker, {"mode": "choose", "services": others, "also": []})
    return _once_more(tracker, {"mode": "other_words", "services": [], "also": []})


def _once_more(tracker: Tracker, offered: dict[str, Any]) -> list[EventType]:
    """Asks again, but never more than twice: then a person helps."""
    misunderstood = int(tracker.get_slot("misunderstood") or 0) + 1
    if misunderstood > TRIES:
        return [SlotSet("misunderstood", 0), SlotSet("triage_result", "person"), SlotSet("requested_slot", None)]
    return [SlotSet("misunderstood", misunderstood), SlotSet("candidates", offered)]


class AskService(Action):
    """Asks what it is about, in the way the last message calls for."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_ask_service"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says one sentence, with buttons."""
        services = catalogue().services
        offered = tracker.get_slot("candidates") or {"mode": "ask", "services": []}
        match offered["mode"]:
            case "confirm":
                service = services[offered["services"][0]]
                dispatcher.utter_message(
                    response="utter_confirm_service", reflection=service.words.reflection, buttons=[YES, SOMETHING_ELSE]
                )
            case "choose":
                buttons = [
                    {"title": services[slug].label, "payload": f"/{services[slug].intent}"}
                    for slug in offered["services"]
                ]
                dispatcher.utter_message(response="utter_choose_service", buttons=[*buttons, SOMETHING_ELSE])
            case "other_words":
                dispatcher.utter_message(response="utter_ask_other_words", buttons=[A_PERSON])
            case _:
                dispatcher.utter_message(response="utter_ask_more", buttons=[A_PERSON])
        return []


class ExplainService(Action):
    """Gives something useful at once: what it is, who helps, what can be done today."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_explain_service"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says what the catalogue says."""
        service = catalogue().services[tracker.get_slot("service")]
        dispatcher.utter_message(text=" ".join(filter(None, [service.words.explanation, service.words.today])))
        return []
