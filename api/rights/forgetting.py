"""Makes the assistant forget what is gone here, also when it does not answer now, and what a late turn wrote after it had forgotten."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.background import Worker
from api.conversations.assistant import Assistant, AssistantDown
from api.database import Database
from api.rights import repository
from api.rights.models import Forgetting

LEASE_SECONDS = 60
# A turn that was under way when its conversation was erased has ended by then, and what it wrote is forgotten too.
AFTER_LATE_TURNS_SECONDS = 120
LONGEST_WAIT_SECONDS = 3600


class Forgetter:
    """The background work of one process."""

    def __init__(self, database: Database, assistant: Assistant) -> None:
        self._database = database
        self._assistant = assistant
        self.worker: Worker[Forgetting] = Worker("forgetting", database, self._take, self._forget, at_once=4)

    async def _take(self, session: AsyncSession, limit: int) -> Sequence[Forgetting]:
        now = clock.now()
        return await repository.take_forgettings(session, now, now + dt.timedelta(seconds=LEASE_SECONDS), limit)

    async def _forget(self, row: Forgetting) -> None:
        try:
            await self._assistant.forget(row.conversation_id)
        except AssistantDown:
            wait = min(LONGEST_WAIT_SECONDS, 10 * 2 ** min(row.attempts, 10))
            async with self._database.write() as session:
                await repository.try_forgetting_again(session, row, clock.now() + dt.timedelta(seconds=wait))
            return
        async with self._database.write() as session:
            again = clock.now() + dt.timedelta(seconds=AFTER_LATE_TURNS_SECONDS)
            await repository.forgotten(session, row, again)


async def forget_soon(session: AsyncSession, conversation_id: uuid.UUID) -> None:
    """Lets the assistant forget once this is committed, however long it may take to answer."""
    await repository.add(session, Forgetting(conversation_id=conversation_id))
