"""What an answer means for each question of the intake, and what is told by the way."""

from __future__ import annotations

import re
from collections.abc import Callable

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions.heard import Heard
from actions.questions import answer_to, danger_of, facts_of, next_question, questions_for, told_already
from actions.speech import Speech
from actions.story import told
from bot.decision import PERHAPS_CRISIS
from organisation.crisis import plain
from organisation.wording import DUTCH

# A longer answer is a story that goes on, not the name of a village.
LONGEST_PLACE = 6
SHORT_ANSWER = 4
# A mark in a slot where the resident would rather not say: what is shown for it depends on the language.
NOT_GIVEN = "-"
THIS_CHAT = "chat"
UNSAFE = "unsafe"
REACH = {"morning": "reach_morning", "afternoon": "reach_afternoon", "any": "reach_any", UNSAFE: "reach_unsafe"}
_REACH_HEARD = (
    (UNSAFE, r"\b(niet|nie) (veilig|bellen)|mag (het )?niet weten|leest mee|luistert mee|not safe|geen telefoon"),
    ("morning", r"ochtend|s morgens|morgens|voor 12|morning"),
    ("afternoon", r"middag|na (12|1|2|3|4)\b|afternoon|avond|na school|na het werk"),
    ("any", r"maakt niet uit|altijd|hele dag|wanneer (u|jullie|je) wil|any ?time|whenever|^(ja|yes)\b|is goed|overdag"),
)


def told_by_the_way(speech: Speech, tracker: Tracker, heard: Heard, asked: str) -> list[EventType]:
    """A number, a place or a name that comes while something else is asked: kept, and said back when it changes something."""
    if heard.pressed:
        return []
    events: list[EventType] = []
    reach = " ".join(heard.placeholders("telefoon", "email"))
    if reach and asked != "contact":
        if tracker.get_slot("contact") not in (None, reach):
            speech.say("changed_contact", contact=reach)
        events.append(SlotSet("contact", reach))
    if (names := heard.placeholders("naam")) and asked != "name":
        speech.say("changed_name", name=names[-1])
        events.append(SlotSet("name", names[-1]))
    place = place_by_the_way(speech, heard)
    if place and asked not in ("place", "place_known") and place != tracker.get_slot("place"):
        if tracker.get_slot("place"):
            speech.say("changed_place", place=place)
        events.append(SlotSet("place", place))
    # The summary has changed, so it is shown again as it is now.
    return [*events, SlotSet("editing", None)] if events else []


def place_by_the_way(speech: Speech, heard: Heard) -> str | None:
    """A village that is named in a story. Only in Dutch: in English a son is no village, and best is no place to live."""
    return heard.entities.get("PLACE") if speech.language == DUTCH else None


def answers_directly(tracker: Tracker, heard: Heard, asked: str) -> bool:
    """Whether a short message is so plainly the answer that it is no question in between, whatever its few words look like."""
    if heard.pressed or heard.intent.startswith(("crisis_", PERHAPS_CRISIS)):
        return False
    if asked == "name":
        return heard.text.strip() in heard.placeholders("naam")
    if asked == "contact":
        return bool(heard.placeholders("telefoon", "email"))
    if heard.length > SHORT_ANSWER or heard.intent in ("person", "stop", "why"):
        return False
    match asked:
        case "place":
            return "PLACE" in heard.entities or (heard.length <= 2 and heard.intent in ("out_of_scope", "info_contact"))
        case "place_known":
            return "PLACE" in heard.entities or heard.intent == "out_of_scope"
        case "reach":
            return any(re.search(pattern, heard.words) for _, pattern in _REACH_HEARD)
        case "facts_known":
            question = next_question(questions_for(tracker), facts_of(tracker))
            return question is not None and answer_to(question, heard) is not None
    return False


def _facts(speech: Speech, tracker: Tracker, heard: Heard) -> list[EventType]:
    facts = facts_of(tracker)
    questions = questions_for(tracker)
    question = next_question(questions, facts)
    if question is None:
        return [SlotSet("facts_known", True)]
    value = answer_to(question, heard)
    if value is None:
        return []
    facts[question.fact] = value
    if not heard.pressed:
        # "vrijdag moeten we het huis uit" answers two questions.
        facts = told_already(questions, [plain(heard.text)], facts)
    events: list[EventType] = [SlotSet("facts", facts), *(told(tracker, heard) if heard.length > 2 else [])]
    if danger := danger_of(question, value):
        result = [SlotSet("intake_result", "danger"), SlotSet("requested_slot", None)]
        return [*events, SlotSet("danger_kind", danger), *result]
    return events if next_question(questions, facts) else [*events, SlotSet("facts_known", True)]


def _consent(speech: Speech, tracker: Tracker, heard: Heard) -> list[EventType]:
    if heard.intent == "affirm":
        return [SlotSet("consent", True)]
    if heard.intent == "deny":
        return [SlotSet("intake_result", "no_consent"), SlotSet("requested_slot", None)]
    return []


def _place(speech: Speech, tracker: Tracker, heard: Heard) -> list[EventType]:
    if len(heard.places) > 1 and heard.length <= LONGEST_PLACE:
        # Which one is asked next.
        return [SlotSet("place", heard.text.strip())]
    if "PLACE" in heard.entities:
        return [SlotSet("place", heard.entities["PLACE"])]
    if heard.intent in ("dont_know", "deny"):
        return [SlotSet("place", NOT_GIVEN)]
    if heard.pressed or heard.length > LONGEST_PLACE or heard.intent == "affirm":
        return []
    return [SlotSet("place", heard.text.strip())]


def _place_known(speech: Speech, tracker: Tracker, heard: Heard) -> list[EventType]:
    """One of the villages we named, another one, or none of them: then it stays as it was written."""
    candidates = list((tracker.get_slot("route") or {}).get("candidates") or [])
    chosen = heard.entities.get("answer") or next((one for one in candidates if plain(one) in heard.words), None)
    if chosen is None and heard.intent == "affirm" and len(candidates) == 1:
        chosen = candidates[0]
    if chosen is not None:
        return [SlotSet("place", chosen)]
    if heard.intent in ("deny", "dont_know", "correct"):
        return [SlotSet("place_known", True)]
    return _place(speech, tracker, heard)


def _referral_agreed(speech: Speech, tracker: Tracker, heard: Heard) -> list[EventType]:
    if heard.intent == "affirm":
        return [SlotSet("referral_agreed", True)]
    if heard.intent in ("deny", "dont_know"):
        to = (tracker.get_slot("route") or {})["referral"]["name"]
        speech.say("referral_declined", to=to)
        return [SlotSet("referral_agreed", False)]
    return []


def _name(speech: Speech, tracker: Tracker, heard: Heard) -> list[EventType]:
    if names := heard.placeholders("naam"):
        return [SlotSet("name", names[-1])]
    return [SlotSet("name", NOT_GIVEN)] if heard.intent in ("dont_know", "deny") else []


def _contact(speech: Speech, tracker: Tracker, heard: Heard) -> list[EventType]:
    if reach := heard.placeholders("telefoon", "email"):
        return [SlotSet("contact", " ".join(reach)), *_moment(heard)]
    if heard.intent in ("dont_know", "deny") or re.search(r"\bchat\b|hier(zo)?$|\bhier\b", heard.words):
        return [SlotSet("contact", THIS_CHAT), SlotSet("reach", "any")]
    return []


def _moment(heard: Heard) -> list[EventType]:
    """When, if the same answer says so."""
    return [SlotSet("reach", key) for key, pattern in _REACH_HEARD[:3] if re.search(pattern, heard.words)][:1]


def _reach(speech: Speech, tracker: Tracker, heard: Heard) -> list[EventType]:
    key = heard.entities.get("answer") or next(
        (key for key, pattern in _REACH_HEARD if re.search(pattern, heard.words)), None
    )
    if key is None:
        key = {"affirm": "any", "dont_know": "any", "deny": UNSAFE}.get(heard.intent)
    if key in REACH:
        return [SlotSet("reach", key)]
    # Whatever else is said about when is kept in the words of the resident.
    return [] if heard.pressed or heard.length > LONGEST_PLACE else [SlotSet("reach", heard.text.strip())]


def _checked(speech: Speech, tracker: Tracker, heard: Heard) -> list[EventType]:
    if heard.intent == "affirm":
        return [SlotSet("checked", True), SlotSet("intake_result", "ready")]
    if heard.intent in ("correct", "deny"):
        return [SlotSet("editing", True)]
    return []


Answer = Callable[[Speech, Tracker, Heard], list[EventType]]
ANSWERS: dict[str, Answer] = {
    "facts_known": _facts,
    "consent": _consent,
    "place": _place,
    "place_known": _place_known,
    "referral_agreed": _referral_agreed,
    "name": _name,
    "contact": _contact,
    "reach": _reach,
    "checked": _checked,
}


def shown_place(speech: Speech, tracker: Tracker) -> str:
    """The place as the summary shows it."""
    place = tracker.get_slot("place")
    return speech.words("not_given") if place in (None, NOT_GIVEN) else str(place)


def shown_name(speech: Speech, tracker: Tracker) -> str:
    """The name as the summary shows it."""
    name = tracker.get_slot("name")
    return speech.words("not_given") if name in (None, NOT_GIVEN) else str(name)


def shown_contact(speech: Speech, tracker: Tracker) -> str:
    """How to be reached as the summary shows it; a number that is not safe to call is not shown as one."""
    contact, reach = tracker.get_slot("contact"), tracker.get_slot("reach")
    if reach == UNSAFE:
        return speech.words("not_safe")
    if contact in (None, THIS_CHAT):
        return speech.words("this_chat")
    return f"{contact} ({shown_reach(speech, reach)})" if reach else str(contact)


def shown_reach(speech: Speech, reach: str) -> str:
    """When to be reached, in words."""
    return speech.words(REACH[reach]).lower() if reach in REACH else reach
