"""Somebody may be in danger while a person answers, or nobody does yet: help lines at once, and whoever helps hears of it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.conversations import repository
from api.conversations.live import LiveHub
from api.conversations.models import Conversation, Kind, Sender, Status
from api.conversations.service import Conversations
from api.intakes.signals import IntakeSignals
from organisation import Catalogue

# A conversation about danger names it in every second message; the same numbers each time would stand in the way of the talk.
SAID_LATELY = dt.timedelta(minutes=10)


async def warn(
    session: AsyncSession, catalogue: Catalogue, live: LiveHub, conversation: Conversation, danger: str
) -> None:
    """Names the help lines for this kind of danger, unless that was done lately, and puts what was handed over on top."""
    text = catalogue.crisis_text(danger, conversation.language)
    if conversation.status is Status.OPEN and text not in await repository.crises_since(
        session, conversation.id, clock.now() - SAID_LATELY
    ):
        await Conversations(session, catalogue, live).say(
            conversation, Sender.SYSTEM, catalogue.text("sender_system", conversation.language), text, kind=Kind.CRISIS
        )
    await IntakeSignals(session, live).crisis_heard(conversation.id, danger)
