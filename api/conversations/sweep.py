"""Looks for all readers of this process together whether something changed that nobody told them of: lost news only comes later."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import suppress

import structlog

from api.conversations import repository
from api.conversations.live import LiveHub
from api.database import Database

log = structlog.get_logger()

LOOK_AGAIN_SECONDS = 5.0


class Sweep:
    """Background work: one question to the database for a thousand open streams, instead of a thousand."""

    def __init__(self, database: Database, live: LiveHub) -> None:
        self._database = database
        self._live = live
        self._known: dict[str, tuple[object, ...] | None] = {}
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Looks no more."""
        self._stopping.set()

    async def run(self) -> None:
        """Looks every few seconds until `stop`."""
        while not self._stopping.is_set():
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001  the database may be away for a moment
                log.error("not_swept", error=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), LOOK_AGAIN_SECONDS)

    async def look(self) -> None:
        """Wakes the readers of each conversation that is not as it was, or was not seen before: who began to read may have missed news."""
        read = [topic for topic in self._live.topics() if _is_conversation(topic)]
        found: dict[uuid.UUID, tuple[object, ...]] = {}
        if read:
            async with self._database.read() as session:
                found = await repository.states(session, [uuid.UUID(topic) for topic in read])
        states = {topic: found.get(uuid.UUID(topic)) for topic in read}
        changed = [topic for topic, state in states.items() if topic not in self._known or self._known[topic] != state]
        self._known = states
        for topic in changed:
            self._live.wake(topic)


def _is_conversation(topic: str) -> bool:
    try:
        uuid.UUID(topic)
    except ValueError:
        return False
    return True
