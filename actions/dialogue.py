"""What can be said at any moment: hello, stop, again, no, and why do you ask."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.heard import Heard
from actions.questions import words_for
from actions.reset import NO_OFFER, everything
from actions.settings import catalogue
from actions.speech import Speech


class SmallTalk(Action):
    """A kind word back; in the middle of something a greeting is somebody who returns."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_small_talk"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """One sentence for each intent: the key is its name."""
        key = Heard.last(tracker).intent
        if key == "smalltalk_greet" and tracker.active_loop_name:
            key = "smalltalk_greet_again"
        Speech(dispatcher, tracker).say(key)
        return []


class Stop(Action):
    """Ends what we were doing, or begins again; nothing is handed over."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_stop"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says so and forgets the question."""
        again = Heard.last(tracker).wants_to_begin_again
        Speech(dispatcher, tracker).say("restarted" if again else "stopped")
        return everything()


class Decline(Action):
    """The resident does not want what was offered, or answers where nothing was asked."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_decline"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Leaves it at that, stays, and takes up what was left for it."""
        speech = Speech(dispatcher, tracker)
        offer = tracker.get_slot("offer")
        if Heard.last(tracker).wants_to_begin_again:
            speech.say("restarted")
            return everything()
        match offer:
            case "crisis_help":
                speech.say("crisis_declined")
            case "withdraw":
                speech.say("withdraw_kept")
            case "person" if tracker.get_slot("speaker") == "child":
                line = catalogue().lines_of(["kindertelefoon"], speech.language)
                speech.say("child_declined", line=line)
            case "person" if not catalogue().speaks(speech.language):
                speech.say("only_little_declined")
            case "person" if tracker.get_slot("intake_result") == "person":
                speech.say("on_we_go")
                return [NO_OFFER, SlotSet("misunderstood", 0), FollowupAction("intake_form")]
            case _:
                speech.say("go_on")
        return [NO_OFFER]


class ExplainQuestion(Action):
    """Says why the last question was asked."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_explain_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """One reason for each question; outside a form we say how this works."""
        speech = Speech(dispatcher, tracker)
        asked = tracker.get_slot("requested_slot")
        if asked is None:
            speech.say("info_how")
        elif asked == "facts_known":
            fact = (speech.said_last() or "").removeprefix("fact ")
            try:
                why = words_for(tracker, fact, speech.language).why
            except KeyError:
                why = ()
            if why:
                speech.tell(why[speech.times_said(f"why {fact}") % len(why)], f"why {fact}")
            else:
                speech.say("why_facts")
        else:
            speech.say(f"why_{asked}")
        return []
