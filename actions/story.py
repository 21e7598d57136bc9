"""What the resident has told so far, kept for the professional."""

from __future__ import annotations

import re

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.heard import Heard
from bot.decision import NOT_A_PAYLOAD
from organisation.crisis import plain
from organisation.model import Service

ONLY_A_PERSON = "Vraagt om een medewerker."
MOST_CHARACTERS = 3500
MOST_SPECIFICS = 2


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


def specifics_in(service: Service, story: list[str]) -> list[str]:
    """What else of this service is in the story, by name and in the order of the catalogue; few, or it is no summary."""
    words = " ".join(plain(part) for part in story)
    return [name for name, pattern in service.specifics.items() if re.search(pattern, words)][:MOST_SPECIFICS]
