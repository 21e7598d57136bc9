"""Who is speaking: for oneself, for another, from one's work, or a child."""

from __future__ import annotations

import re

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.heard import Heard
from actions.settings import catalogue


def speaker_in(tracker: Tracker, heard: Heard) -> list[SlotSet]:
    """The slot for who speaks, when this message says so. Who it is does not change back by itself."""
    known = tracker.get_slot("speaker")
    if heard.pressed or known in ("professional", "child"):
        return []
    for name, speaker in catalogue().speakers.items():
        if re.search(speaker.heard, heard.words) and not (speaker.unless and re.search(speaker.unless, heard.words)):
            return [SlotSet("speaker", name)]
    return []


def asks_for_another(tracker: Tracker) -> bool:
    """Whether the one who needs help is not the one who writes."""
    speaker = catalogue().speakers.get(tracker.get_slot("speaker") or "")
    return bool(speaker and speaker.name != "child" and tracker.get_slot("service") not in speaker.unless_service)
