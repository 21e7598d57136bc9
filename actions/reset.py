"""Starting afresh in the same conversation."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

_OF_ONE_QUESTION = (
    "service", "story", "candidates", "also", "misunderstood", "triage_result", "facts", "facts_known", "consent", "consent_shown", "place",
    "place_known", "route", "referral_agreed", "referral_shown",
    "name", "contact", "reach", "checked", "editing", "summary_shown", "intake_result", "danger_kind",
)  # fmt: skip
NO_OFFER = SlotSet("offer", "nothing")


def everything() -> list[SlotSet]:
    """Forgets the question that was being asked; the next one starts clean."""
    return [*(SlotSet(name, None) for name in _OF_ONE_QUESTION), NO_OFFER]
