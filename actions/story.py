"""What the resident has told so far, kept for the professional."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.heard import Heard
from bot.decision import NOT_A_PAYLOAD

ONLY_A_PERSON = "Vraagt om een medewerker."
MOST_CHARACTERS = 3500


def story_of(tracker: Tracker) -> list[str]:
    """The messages that told something, oldest first."""
    return list(tracker.get_slot("story") or [])


def told(tracker: Tracker, heard: Heard) -> list[SlotSet]:
    """Adds this message to the story, once, unless it was a button."""
    story, words = story_of(tracker), heard.text.removeprefix(NOT_A_PAYLOAD).strip()
    if heard.pressed or not words or words in story:
        return []
    return [SlotSet("story", [*story, words])]


def summary_of(tracker: Tracker) -> str:
    """The story as one text, no longer than the service takes."""
    return ("\n".join(story_of(tracker)) or ONLY_A_PERSON)[:MOST_CHARACTERS]
