"""The questions of the intake: one thing at a time, with the buttons that make a short answer possible."""

from __future__ import annotations

import json
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import REACH, shown_contact, shown_name, shown_place
from actions.place import reach_of, route_of
from actions.questions import UNKNOWN, facts_of, labels_of, next_question, questions_for, words_for
from actions.settings import catalogue
from actions.speakers import asks_for_another
from actions.speech import Button, Speech
from actions.story import story_of
from organisation.questions import value_key


class AskFacts(Action):
    """The next question of the catalogue, with its answers; not knowing is one of them."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_ask_facts_known"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Asks it the next way."""
        speech = Speech(dispatcher, tracker)
        question = next_question(questions_for(tracker), facts_of(tracker))
        assert question is not None, "the form asks only while there is a question"
        words = words_for(tracker, question.fact, speech.language)
        buttons = [
            {
                "title": words.choices[value_key(choice.value)],
                "payload": f'/affirm{{"answer": "{value_key(choice.value)}"}}',
            }
            for choice in question.choices
        ]
        name = f"fact {question.fact}"
        text = words.text[speech.times_said(name) % len(words.text)]
        speech.tell(text, name, [*buttons, speech.button("dont_know", "/dont_know")])
        return []


class AskConsent(Action):
    """May a person read this?"""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_ask_consent"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Asks, and remembers the words that were shown: those are what was agreed to."""
        speech = Speech(dispatcher, tracker)
        buttons = [speech.button("consent_yes", "/affirm"), speech.button("consent_no", "/deny")]
        return [SlotSet("consent_shown", speech.say("ask_consent", buttons))]


class _Asks:
    """Asks for one thing, and tells the service what kind of answer to expect."""

    slot: str

    def name(self) -> str:
        """Rasa's name for this action."""
        return f"action_ask_{self.slot}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says one question."""
        speech = Speech(dispatcher, tracker)
        speech.say(self.key(tracker), self.buttons(speech), {"asks": self.slot})
        return []

    def key(self, tracker: Tracker) -> str:
        """The sentence, which may depend on who is speaking."""
        return f"ask_{self.slot}"

    def buttons(self, speech: Speech) -> list[Button]:
        """Short answers."""
        return [speech.button("skip", "/dont_know")]


class AskPlace(_Asks, Action):
    """Where does the resident live, or the person it is about?"""

    slot = "place"

    def key(self, tracker: Tracker) -> str:
        """Another may live elsewhere."""
        return "ask_place_other" if asks_for_another(tracker) else "ask_place"


class AskPlaceKnown(Action):
    """Which village is meant, when what was said is only like one of ours?"""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_ask_place_known"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Names those that it may be; another one is possible too."""
        speech = Speech(dispatcher, tracker)
        buttons = [
            {"title": village, "payload": f"/affirm{json.dumps({'answer': village})}"}
            for village in route_of(tracker)["candidates"]
        ]
        speech.say("ask_place_known", [*buttons, speech.button("other_place", "/deny")], {"asks": "place_known"})
        return []


class AskReferralAgreed(Action):
    """Another organisation does this there: may it hear of the question?"""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_ask_referral_agreed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Names it with how to reach it, asks, and remembers the words that were shown."""
        speech, route = Speech(dispatcher, tracker), route_of(tracker)
        to = route["referral"]
        buttons = [speech.button("referral_yes", "/affirm"), speech.button("referral_no", "/deny")]
        about = {"asks": "referral_agreed"}
        values = {"area": route["area"], "to": to["name"], "reach": reach_of(to)}
        return [SlotSet("referral_shown", speech.say("ask_referral_agreed", buttons, about, **values))]


class AskName(_Asks, Action):
    """What may we call the resident?"""

    slot = "name"

    def key(self, tracker: Tracker) -> str:
        """A professional also says for whom they work."""
        return "ask_name_professional" if tracker.get_slot("speaker") == "professional" else "ask_name"


class AskContact(_Asks, Action):
    """How can we reach the resident?"""

    slot = "contact"

    def buttons(self, speech: Speech) -> list[Button]:
        """Staying here is a way, too."""
        return [speech.button("only_chat", "/dont_know")]


class AskReach(_Asks, Action):
    """When, and is it safe?"""

    slot = "reach"

    def buttons(self, speech: Speech) -> list[Button]:
        """The moments, and that it is not safe."""
        return [speech.button(key, f'/affirm{{"answer": "{value}"}}') for value, key in REACH.items()]


class AskChecked(Action):
    """Shows all that will be handed over, or asks which line to change."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_ask_checked"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says the summary, line by line; when it has not changed since, only asks."""
        speech = Speech(dispatcher, tracker)
        if tracker.get_slot("editing"):
            speech.say("ask_part", _parts(speech, tracker))
            return []
        buttons = [speech.button("right", "/affirm"), speech.button("change", "/correct")]
        lines = "\n".join(_lines(speech, tracker))
        if lines == tracker.get_slot("summary_shown"):
            speech.say("summary_again", buttons)
            return []
        speech.say("summary", buttons, {"kind": "summary"}, lines=lines)
        return [SlotSet("summary_shown", lines)]


def _parts(speech: Speech, tracker: Tracker) -> list[Button]:
    facts = ["facts_known"] if facts_of(tracker) else []
    referral = ["referral_agreed"] if route_of(tracker)["referral"] else []
    parts = ["service", *facts, "place", *referral, "name", "contact"]
    keys = {"facts_known": "part_facts", "referral_agreed": "part_referral"}
    return [speech.button(keys.get(part, f"part_{part}"), f'/correct{{"part": "{part}"}}') for part in parts]


def _lines(speech: Speech, tracker: Tracker) -> list[str]:
    """Everything that goes along, one line each."""
    about = catalogue()
    labels = [about.words_of(slug, speech.language).label for slug in tracker.get_slot("also") or []]
    facts = {fact: value for fact, value in facts_of(tracker).items() if value != UNKNOWN}
    referral = route_of(tracker)["referral"]
    whom = tracker.get_slot("speaker") if asks_for_another(tracker) else None
    rows = [
        ("line_question", about.words_of(tracker.get_slot("service"), speech.language).label),
        *([("line_also", ", ".join(labels))] if labels else []),
        ("line_story", " ".join(story_of(tracker))),
        *(("line_fact", said) for said in labels_of(tracker, facts, speech.language)),
        *([("line_whom", speech.words(f"whom_{whom}"))] if whom else []),
        ("line_place", shown_place(speech, tracker)),
        *([("line_referral", referral["name"])] if tracker.get_slot("referral_agreed") and referral else []),
        ("line_name", shown_name(speech, tracker)),
        ("line_contact", shown_contact(speech, tracker)),
    ]
    return [f"{speech.words(key)}: {value}" for key, value in rows]
