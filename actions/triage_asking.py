"""How we ask what it is about: say it back, let choose, ask for more; and what is said once we know."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.languages import offer_language, offer_little
from actions.settings import catalogue
from actions.speakers import asks_for_another
from actions.speech import Button, Speech
from actions.story import specifics_in, story_of


class AskService(Action):
    """Asks what it is about, in the way the last message calls for."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_ask_service"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says one question, with buttons."""
        speech = Speech(dispatcher, tracker)
        offered = tracker.get_slot("candidates") or {"mode": "ask"}
        match offered["mode"]:
            case "child":
                buttons = [speech.button("child_yes", "/affirm"), speech.button("child_no", "/deny")]
                speech.say("child_welcome", buttons, line=catalogue().lines_of(["kindertelefoon"], speech.language))
            case "little":
                return offer_little(Speech(dispatcher, tracker, offered.get("code")))
            case "language":
                offer_language(Speech(dispatcher, tracker, offered["code"]), speech)
            case "safe":
                buttons = [speech.button("safe_yes", "/affirm"), speech.button("safe_no", "/deny")]
                lines = catalogue().crisis_lines(speech.language)
                speech.say("safe_now", buttons, {"kind": "crisis"}, lines=lines)
            case "confirm":
                _say_back(speech, tracker, offered)
            case "choose":
                ways_out = [speech.button("something_else", "/deny"), speech.button("a_person", "/person")]
                speech.say("choose_service", [*_choices(speech, offered), *ways_out])
            case "topics":
                speech.say("choose_topic", [*_choices(speech, offered), speech.button("a_person", "/person")])
            case "other_words":
                speech.say("ask_other_words", [speech.button("a_person", "/person")])
            case _:
                speech.say("ask_more", [speech.button("a_person", "/person")])
        return []


def _choices(speech: Speech, offered: dict[str, Any]) -> list[Button]:
    services = catalogue().services
    return [
        {"title": catalogue().words_of(slug, speech.language).label, "payload": f"/{services[slug].intent}"}
        for slug in offered["services"]
    ]


def _say_back(speech: Speech, tracker: Tracker, offered: dict[str, Any]) -> None:
    """All that was understood, in the words of the own story, and whether that is right. Asked again at once: only the subject."""
    slug = offered["services"][0]
    words = catalogue().words_of(slug, speech.language)
    reflection = words.reflection
    if speech.last_held(reflection):
        reflection = speech.words("it_is_about", topics=words.mention)
    elif specifics := specifics_in(catalogue().services[slug], story_of(tracker)):
        topics = listed(speech, [words.specifics[name] for name in specifics])
        reflection = f"{reflection} {speech.words('it_is_about', topics=topics)}"
    buttons = [speech.button("confirm_yes", "/affirm"), speech.button("something_else", "/deny")]
    if offered["also"]:
        further = listed(speech, [catalogue().words_of(other, speech.language).mention for other in offered["also"]])
        speech.say("confirm_services", buttons, reflection=reflection, further=further)
    else:
        speech.say("confirm_service", buttons, reflection=reflection)


def listed(speech: Speech, parts: list[str]) -> str:
    """The parts as in "a, b en c", in the language of the conversation."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {speech.words('and')} {parts[-1]}"


class ExplainService(Action):
    """Gives something useful at once: what it is, who helps, what can be done today."""

    def name(self) -> str:
        """Rasa's name for this action."""
        return "action_explain_service"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Says what the catalogue says; the second time only that we know."""
        speech = Speech(dispatcher, tracker)
        slug = tracker.get_slot("service")
        words = catalogue().words_of(slug, speech.language)
        name = f"explain {slug}"
        if asks_for_another(tracker) and not speech.times_said(f"for_{tracker.get_slot('speaker')}"):
            speech.say(f"for_{tracker.get_slot('speaker')}")
        if speech.times_said(name):
            speech.say("explain_again")
        else:
            speech.tell(" ".join(filter(None, [words.explanation, words.today])), name)
        return []
