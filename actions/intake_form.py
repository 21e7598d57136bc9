"""From a known service to an intake: what matters, consent, place, name, how and when to reach, a look at the whole; in any order.

What an answer means is in `answers.py`, what is asked is in `asking.py`.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import ANSWERS, answers_directly, place_by_the_way, told_by_the_way
from actions.heard import Heard
from actions.place import look_up, route_of
from actions.questions import facts_of, next_question, questions_for, told_already
from actions.reset import NO_OFFER
from actions.settings import catalogue
from actions.speech import Speech
from actions.story import story_of, told
from actions.triage_asking import listed
from bot.decision import SURE_ENOUGH_TO_CONFIRM, slug_of
from organisation.crisis import plain

ORDER = ("facts_known", "consent", "place", "place_known", "referral_agreed", "name", "contact", "reach", "checked")
# First we ask in another way, and then a person helps.
TRIES = 1
# From so many words on it is a story that goes on, and no failed answer.
A_STORY = 7
NO_ANSWERS = ("deny", "correct", "dont_know", "go_back")
NEW_PROBLEM = 4


class ValidateIntakeForm(Action):
    """Decides what the message means for the question that was asked."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "validate_intake_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Gives slot events, or none at all when a rule should answer."""
        speech = Speech(dispatcher, tracker)
        events = self._events(speech, tracker)
        return [*events, *await look_up(speech, tracker, events)]

    def _events(self, speech: Speech, tracker: Tracker) -> list[EventType]:
        heard = Heard.last(tracker)
        asked = tracker.get_slot("requested_slot")
        if asked is None:
            return _at_the_start(speech, tracker)
        if heard.is_for_a_rule and not answers_directly(tracker, heard, asked):
            return []
        if heard.wants_to_begin_again:
            return _over("restart")
        if heard.intent == "correct" and "part" in heard.entities:
            return _again(heard.entities["part"])
        by_the_way = told_by_the_way(speech, tracker, heard, asked)
        if heard.intent == "go_back" and not by_the_way:
            return _back(tracker, asked)
        if by_the_way and heard.intent in NO_ANSWERS:
            # "nee mijn nummer is ...": the no is about what was written down, not about what is asked now.
            return by_the_way
        answer = ANSWERS[asked](speech, tracker, heard)
        if answer:
            return [*by_the_way, *answer, SlotSet("misunderstood", 0)]
        if by_the_way:
            return by_the_way
        return _no_answer(speech, tracker, heard)


def _at_the_start(speech: Speech, tracker: Tracker) -> list[EventType]:
    """What was told already is not asked again."""
    events: list[EventType] = [NO_OFFER, SlotSet("intake_result", None), SlotSet("misunderstood", 0)]
    messages = [heard for heard in Heard.all(tracker) if not heard.pressed]
    for heard in messages:
        if place := place_by_the_way(speech, heard):
            events.append(SlotSet("place", place))
        if reach := heard.placeholders("telefoon", "email"):
            events.append(SlotSet("contact", " ".join(reach)))
        if names := heard.placeholders("naam"):
            events.append(SlotSet("name", names[-1]))
    questions = questions_for(tracker)
    facts = told_already(questions, [plain(part) for part in story_of(tracker)], facts_of(tracker))
    if next_question(questions, facts) is None:
        events.append(SlotSet("facts_known", True))
    return [*events, SlotSet("facts", facts)]


def _over(result: str) -> list[EventType]:
    """The form ends, and a rule goes on from this result."""
    return [SlotSet("intake_result", result), SlotSet("requested_slot", None)]


def _back(tracker: Tracker, asked: str) -> list[EventType]:
    """The question before this one again; before the first, what it is about."""
    if asked == "facts_known":
        facts = facts_of(tracker)
        if not facts:
            return _over("other_question")
        facts.popitem()
        return [SlotSet("facts", facts)]
    before = next(one for one in reversed(ORDER[: ORDER.index(asked)]) if _was_asked(tracker, one))
    if before == "place":
        return [SlotSet("place", None), SlotSet("route", None), SlotSet("editing", None)]
    if before != "facts_known":
        return [SlotSet(before, None), SlotSet("editing", None)]
    facts = facts_of(tracker)
    return [SlotSet("facts_known", None), SlotSet("facts", dict(list(facts.items())[:-1]))]


def _was_asked(tracker: Tracker, slot: str) -> bool:
    """Whether this question comes up in this conversation at all."""
    match slot:
        case "reach":
            return bool(Heard(tracker.get_slot("contact") or "").placeholders("telefoon", "email"))
        case "place_known":
            return bool(route_of(tracker)["candidates"])
        case "referral_agreed":
            return route_of(tracker)["referral"] is not None
    return True


def _again(part: str) -> list[EventType]:
    """Asks for one line of the summary again."""
    match part:
        case "service":
            return _over("other_question")
        case "facts_known":
            return [SlotSet("facts", {}), SlotSet("facts_known", None), SlotSet("editing", None)]
        case "contact":
            return [SlotSet("contact", None), SlotSet("reach", None), SlotSet("editing", None)]
        case "place":
            return [SlotSet("place", None), SlotSet("route", None), SlotSet("editing", None)]
    return [SlotSet(part, None), SlotSet("editing", None)]


def _no_answer(speech: Speech, tracker: Tracker, heard: Heard) -> list[EventType]:
    """No answer to the question: something new, more of the story, or something we do not understand."""
    slug = slug_of(heard.intent)
    is_new = slug not in (None, tracker.get_slot("service"), *(tracker.get_slot("also") or []))
    if slug and is_new and heard.length >= NEW_PROBLEM and heard.confidence >= SURE_ENOUGH_TO_CONFIRM:
        speech.say("also_noted", further=listed(speech, [catalogue().words_of(slug, speech.language).mention]))
        return [SlotSet("also", [*(tracker.get_slot("also") or []), slug]), *told(tracker, heard)]
    if heard.length >= A_STORY:
        speech.say("story_noted")
        return told(tracker, heard) or [NO_OFFER]
    failed = int(tracker.get_slot("misunderstood") or 0) + 1
    if failed > TRIES:
        return [*told(tracker, heard), SlotSet("misunderstood", 0), *_over("person")]
    speech.say("not_understood")
    return [SlotSet("misunderstood", failed)]


class OtherQuestion(Action):
    """The question itself was wrong: the resident tells it again, and nothing told before is lost."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_other_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Asks for other words."""
        Speech(dispatcher, tracker).say("ask_other_words")
        gone = ("service", "candidates", "triage_result", "intake_result", "editing", "checked", "facts", "facts_known")
        return [
            SlotSet(name, None) for name in (*gone, "also", "summary_shown", "route", "place_known", "referral_agreed")
        ]
