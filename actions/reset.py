"""Starting afresh in the same conversation."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

_OF_ONE_QUESTION = (
    "service", "story", "candidates", "also", "misunderstood", "triage_result", "consent", "place", "name", "contact",
    "checked", "editing", "intake_result",
)  # fmt: skip
NO_OFFER = SlotSet("offer", "nothing")


def everything() -> list[SlotSet]:
    """Forgets the question that was being asked; the next one starts clean."""
    return [*(SlotSet(name, None) for name in _OF_ONE_QUESTION), NO_OFFER]
