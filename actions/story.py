"""What the resident has told so far, kept for the professional."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.heard import Heard

ONLY_A_PERSON = "Vraagt om een medewerker."
MOST_CHARACTERS = 3500


def story_of(tracker: Tracker) -> list[str]:
    """The messages that told something, oldest first."""
    return list(tracker.get_slot("story") or [])


def told(tracker: Tracker, heard: Heard) -> list[SlotSet]:
    """Adds this message to the story, once, unless it was a button."""
    story = story_of(tracker)
    if heard.pressed or not heard.text.strip() or heard.text in story:
        return []
    return [SlotSet("story", [*story, heard.text.strip("\u200b ")])]


def summary_of(tracker: Tracker) -> str:
    """The story as one text, no longer than the service takes."""
    return ("\n".join(story_of(tracker)) or ONLY_A_PERSON)[:MOST_CHARACTERS]
