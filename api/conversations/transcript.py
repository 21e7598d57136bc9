"""The conversation as a person would print it."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from api import dutch
from api.conversations.models import Message
from organisation import Catalogue


def transcript(messages: Sequence[Message], catalogue: Catalogue) -> str:
    """One paragraph a message: when, who, what. Dates in Dutch form, in the organisation's own time zone."""
    zone = ZoneInfo(catalogue.organisation.timezone)
    paragraphs = [f"Gesprek met {catalogue.organisation.name}"]
    for message in messages:
        at = message.created_at.astimezone(zone)
        when = f"{dutch.date(at)}, {dutch.clock_time(at)}"
        paragraphs.append(f"{when} - {message.sender_name}\n{message.text}")
    return "\n\n".join(paragraphs) + "\n"
