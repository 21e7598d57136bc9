"""From a known service to an intake: consent, place, name, how to reach, a look at the whole, and only then hand over."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.heard import Heard
from actions.intakes import IntakeFailed, consent_now, make_intake
from actions.reset import NO_OFFER, everything
from actions.settings import catalogue
from actions.story import story_of, summary_of, told

ORDER = ("consent", "place", "name", "contact", "checked")
CONSENT = (
    "Mag ik uw vraag doorgeven aan een medewerker? Alleen wie u helpt leest dit. U kunt het altijd weer intrekken. - Ja"
)
NOT_GIVEN = "wil ik niet zeggen"
THIS_CHAT = "via deze chat"
# A longer answer is a story that goes on, not the name of a village.
LONGEST_PLACE = 8

YES = {"title": "Ja, dat is goed", "payload": "/affirm"}
NO = {"title": "Nee", "payload": "/deny"}
RIGHT = {"title": "Dit klopt", "payload": "/affirm"}
CHANGE = {"title": "Iets aanpassen", "payload": "/correct"}
SKIP = {"title": "Zeg ik liever niet", "payload": "/dont_know"}
ONLY_CHAT = {"title": "Alleen via deze chat", "payload": "/dont_know"}
PARTS = (
    ("Mijn vraag", "service"),
    ("Mijn woonplaats", "place"),
    ("Mijn naam", "name"),
    ("Hoe u mij bereikt", "contact"),
)


class ValidateIntakeForm(Action):
    """Decides what the message means for the question that was asked."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "validate_intake_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Gives slot events, or none at all when a rule should answer."""
        heard = Heard.last(tracker)
        asked = tracker.get_slot("requested_slot")
        if asked is None:
            return _already_told(tracker)
        if heard.is_for_a_rule:
            return []
        if heard.intent == "go_back":
            return _back(asked)
        if heard.intent == "correct" and "part" in heard.entities:
            return _again(heard.entities["part"])
        answer = {
            "consent": _consent,
            "place": _place,
            "name": _name,
            "contact": _contact,
            "checked": _checked,
        }[asked](heard)
        if answer:
            return answer
        dispatcher.utter_message(response="utter_not_understood_answer")
        return told(tracker, heard) or [NO_OFFER]


def _already_told(tracker: Tracker) -> list[EventType]:
    """What the story holds already is not asked again."""
    events: list[EventType] = [NO_OFFER, SlotSet("intake_result", None), SlotSet("consent", None)]
    for event in tracker.events:
        if event.get("event") != "user":
            continue
        heard = Heard(event.get("text") or "", "", [], _entities(event))
        if "PLACE" in heard.entities:
            events.append(SlotSet("place", heard.entities["PLACE"]))
        if reach := heard.placeholders("telefoon", "email"):
            events.append(SlotSet("contact", " ".join(reach)))
    return events


def _entities(event: dict[str, Any]) -> dict[str, str]:
    parsed = event.get("parse_data") or {}
    return {entity["entity"]: str(entity["value"]) for entity in parsed.get("entities") or []}


def _consent(heard: Heard) -> list[EventType]:
    if heard.intent == "affirm":
        return [SlotSet("consent", True)]
    if heard.intent == "deny":
        return [SlotSet("intake_result", "no_consent"), SlotSet("requested_slot", None)]
    return []


def _place(heard: Heard) -> list[EventType]:
    if "PLACE" in heard.entities:
        return [SlotSet("place", heard.entities["PLACE"])]
    if heard.intent in ("dont_know", "deny"):
        return [SlotSet("place", NOT_GIVEN)]
    if heard.pressed or len(heard.text.split()) > LONGEST_PLACE:
        return []
    return [SlotSet("place", heard.text.strip())]


def _name(heard: Heard) -> list[EventType]:
    if names := heard.placeholders("naam"):
        return [SlotSet("name", names[-1])]
    return [SlotSet("name", NOT_GIVEN)] if heard.intent in ("dont_know", "deny") else []


def _contact(heard: Heard) -> list[EventType]:
    if heard.placeholders("telefoon", "email"):
        return [SlotSet("contact", heard.text)]
    return [SlotSet("contact", THIS_CHAT)] if heard.intent in ("dont_know", "deny") else []


def _checked(heard: Heard) -> list[EventType]:
    if heard.intent == "affirm":
        return [SlotSet("checked", True), SlotSet("intake_result", "ready")]
    if heard.intent in ("correct", "deny"):
        return [SlotSet("editing", True)]
    return []


def _back(asked: str) -> list[EventType]:
    """The question before this one again."""
    before = ORDER[max(ORDER.index(asked) - 1, 0)]
    return [SlotSet(before, None), SlotSet("editing", None)]


def _again(part: str) -> list[EventType]:
    """Asks for one line of the summary again."""
    if part == "service":
        return [SlotSet("intake_result", "other_question"), SlotSet("requested_slot", None)]
    return [SlotSet(part, None), SlotSet("editing", None)]


class _Asks:
    """Asks for one thing, with the buttons that make a short answer possible."""

    slot: str
    buttons: tuple[dict[str, str], ...]

    def name(self) -> str:
        """Rasa's name for this action."""
        return f"action_ask_{self.slot}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says one question, and tells the service what kind of answer to expect."""
        dispatcher.utter_message(
            response=f"utter_ask_{self.slot}", buttons=list(self.buttons), json_message={"asks": self.slot}
        )
        return []


class AskConsent(_Asks, Action):
    """May a person read this?"""

    slot = "consent"
    buttons = (YES, NO)


class AskPlace(_Asks, Action):
    """Where does the resident live?"""

    slot = "place"
    buttons = (SKIP,)


class AskName(_Asks, Action):
    """What may we call the resident?"""

    slot = "name"
    buttons = (SKIP,)


class AskContact(_Asks, Action):
    """How can we reach the resident?"""

    slot = "contact"
    buttons = (ONLY_CHAT,)


class AskChecked(Action):
    """Shows all that will be handed over, or asks which line to change."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_ask_checked"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says the summary, line by line."""
        if tracker.get_slot("editing"):
            buttons = [{"title": title, "payload": f'/correct{{"part": "{part}"}}'} for title, part in PARTS]
            dispatcher.utter_message(response="utter_ask_part", buttons=buttons)
            return []
        dispatcher.utter_message(
            response="utter_summary",
            question=catalogue().services[tracker.get_slot("service")].label,
            story=" ".join(story_of(tracker)),
            place=tracker.get_slot("place"),
            name=tracker.get_slot("name"),
            contact=tracker.get_slot("contact"),
            buttons=[RIGHT, CHANGE],
            json_message={"kind": "summary"},
        )
        return []


class SubmitIntake(Action):
    """Hands the question over, and says so only when it has happened."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_submit_intake"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """First the number, then the promise; without a number no promise."""
        about = catalogue().organisation
        try:
            made = await make_intake(tracker, _intake_body(tracker))
        except IntakeFailed:
            again = {"title": "Nog eens proberen", "payload": "/affirm"}
            dispatcher.utter_message(response="utter_submit_failed", phone=about.phone, buttons=[again])
            return [SlotSet("offer", "submit_again")]
        dispatcher.utter_message(
            response="utter_submitted",
            reference=made.reference,
            team=made.team,
            due=made.due,
            phone=about.phone,
            json_message={"kind": "reference", "reference": made.reference},
        )
        return [*everything(), SlotSet("intakes_made", int(tracker.get_slot("intakes_made") or 0) + 1)]


def _intake_body(tracker: Tracker) -> dict[str, Any]:
    place, name, contact = (tracker.get_slot(slot) for slot in ("place", "name", "contact"))
    reach = Heard(contact or "", "", [], {})
    return {
        "service": tracker.get_slot("service"),
        "also": tracker.get_slot("also") or [],
        "place": place if place != NOT_GIVEN else None,
        "summary": summary_of(tracker),
        "contact": {
            "name": name if name != NOT_GIVEN else None,
            "phone": next(iter(reach.placeholders("telefoon")), None),
            "email": next(iter(reach.placeholders("email")), None),
            "preference": contact,
        },
        "consent": consent_now(CONSENT),
    }


class KeepToOurselves(Action):
    """No consent: nothing is handed over, and there are other ways to reach people."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_keep_to_ourselves"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says how to reach us without this assistant."""
        about = catalogue().organisation
        dispatcher.utter_message(response="utter_no_consent", phone=about.phone, email=about.email)
        return list(everything())


class OtherQuestion(Action):
    """The question itself was wrong: the resident tells it again, and nothing told before is lost."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_other_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Asks for other words."""
        dispatcher.utter_message(response="utter_ask_other_words")
        return [
            SlotSet(name, None)
            for name in ("service", "candidates", "triage_result", "intake_result", "editing", "checked")
        ]
