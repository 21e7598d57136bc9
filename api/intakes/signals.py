"""What the rest of the service has to tell those who work on an intake: danger, or a message that did not arrive."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.live import LiveHub
from api.intakes import repository
from api.intakes.lifecycle import OPEN
from api.intakes.models import Intake, IntakeEvent, Urgency
from api.notices.service import Notices

SERVICE = "voordeur"


class IntakeSignals:
    """Signals within one transaction."""

    def __init__(self, session: AsyncSession, live: LiveHub) -> None:
        self._session = session
        self._live = live

    async def crisis_heard(self, conversation_id: uuid.UUID, danger: str) -> None:
        """Puts the open intakes of this conversation on top of every queue. `danger` is a kind of the catalogue."""
        for intake in await self._open(conversation_id):
            intake.urgency = Urgency.CRISIS
            await self._append(intake, "crisis_heard", danger)
            await Notices(self._session).crisis(intake)

    async def message_not_arrived(self, conversation_id: uuid.UUID, status: str, reason: str) -> None:
        """Tells whoever helps that a message did not arrive, or perhaps not: reach this resident in another way."""
        for intake in await self._open(conversation_id):
            await self._append(intake, f"message_{status}", reason)

    async def _open(self, conversation_id: uuid.UUID) -> list[Intake]:
        intakes = await repository.of_conversation(self._session, conversation_id)
        return [intake for intake in intakes if intake.status in OPEN]

    async def _append(self, intake: Intake, action: str, detail: str) -> None:
        event = IntakeEvent(intake_id=intake.id, actor=SERVICE, action=action, status=intake.status, detail=detail)
        await repository.add(self._session, event)
        self._live.tell_on_commit(self._session, LiveHub.QUEUE)
