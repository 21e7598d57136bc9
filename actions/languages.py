"""Another language: noticed, offered, and spoken when the resident wants it. Never forced."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions.heard import Heard
from actions.settings import catalogue
from actions.speech import Speech
from bot.language.detect import language_of

# Fewer words, and a name or a loan word decides.
FEWEST_WORDS = 4
OWN_SCRIPT = ("ar", "uk", "ti")


def offered_language(tracker: Tracker, heard: Heard, spoken: str) -> str | None:
    """The language to offer after this message: one that we speak at least a little, is not spoken already, and was not offered before."""
    if heard.pressed:
        return None
    language = language_of(heard.text)
    if language in (spoken, tracker.get_slot("language_offered")) or language not in catalogue().languages:
        return None
    return language if heard.length >= FEWEST_WORDS or language in OWN_SCRIPT else None


def offer_language(theirs: Speech, ours: Speech) -> None:
    """Asks, in that other language, whether to go on in it; the way back is in the language we speak now."""
    buttons = [theirs.button("language_yes", "/affirm"), ours.button("language_no", "/deny")]
    theirs.say("language_offer", buttons, language=catalogue().languages[theirs.language].name)


def offer_little(speech: Speech) -> list[EventType]:
    """Offers a person in the language of `speech`, of which we speak only a little. From here on we say in it what we can."""
    buttons = [speech.button("only_little_yes", "/affirm"), speech.button("only_little_no", "/deny")]
    speech.say("only_little", buttons, {"language": speech.language})
    return [SlotSet("language", speech.language)]
