"""What a process that died was asking the assistant is asked again as soon as the assistant is there.

Otherwise the resident waits until the lease runs out. Only where no other process can hold a lease (SQLite); not before the assistant
answers, because a restart of the whole machine wakes us first, and the honest notice would come where an answer could have.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from contextlib import suppress

from api import clock
from api.conversations import repository
from api.conversations.assistant import Assistant
from api.conversations.turns import LEASE_MARGIN_SECONDS, TurnTaker
from api.database import Database

LOOK_AGAIN_SECONDS = 0.5


class LeftBehind:
    """Background work that ends when it is done."""

    def __init__(self, database: Database, assistant: Assistant, turns: TurnTaker, timeout: float) -> None:
        self._database = database
        self._assistant = assistant
        self._turns = turns
        # No lease of this process ends before this moment, and none of an earlier one after it.
        self._theirs = clock.now() + dt.timedelta(seconds=timeout + LEASE_MARGIN_SECONDS)
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        """Waits for the assistant, then ends the leases of the dead."""
        while self._database.has_one_process and not self._stopped.is_set() and clock.now() < self._theirs:
            if await self._assistant.ready():
                async with self._database.write() as session:
                    await repository.end_leases(session, self._theirs)
                self._turns.worker.wake()
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), LOOK_AGAIN_SECONDS)

    def stop(self) -> None:
        """Makes `run` return soon."""
        self._stopped.set()
