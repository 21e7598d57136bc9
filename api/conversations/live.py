"""Tells waiting readers that there is news. A missed word only delays: every reader looks in the database again by itself."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession

from api.database import after_commit


class LiveHub:
    """Wakes everyone who waits for a topic (a conversation's id, or `QUEUE`)."""

    QUEUE = "queue"
    OUTBOX = "outbox"

    def __init__(self) -> None:
        self._callbacks: dict[str, list[Callable[[], None]]] = defaultdict(list)
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)

    async def run(self) -> None:
        """Passes on what other processes tell, until cancelled. Here there are none: one process has all readers."""

    def tell_on_commit(self, session: AsyncSession, topic: str) -> None:
        """Wakes the readers of `topic` once the transaction of `session` is committed, and never when it is rolled back."""
        after_commit(session, lambda: self.tell(topic))

    def tell(self, topic: str) -> None:
        """Wakes the readers of `topic` in this process."""
        for callback in self._callbacks.get(topic, ()):
            callback()
        for event in self._waiting.get(topic, ()):
            event.set()

    def tell_all(self) -> None:
        """Wakes every reader: nobody knows what was told while we did not listen."""
        for topic in [*self._waiting, *self._callbacks]:
            self.tell(topic)

    def on(self, topic: str, callback: Callable[[], None]) -> None:
        """Calls `callback` at each word on `topic`, as long as this process lives."""
        self._callbacks[topic].append(callback)

    def listen(self, topic: str) -> Listener:
        """Starts listening; use before reading, so that nothing falls between reading and waiting."""
        return Listener(self._waiting, topic)


class Listener:
    """One reader's ear on a topic, as a context manager."""

    def __init__(self, waiting: dict[str, set[asyncio.Event]], topic: str) -> None:
        self._waiting = waiting
        self._topic = topic
        self._event = asyncio.Event()

    def __enter__(self) -> Self:
        self._waiting[self._topic].add(self._event)
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting[self._topic].discard(self._event)
        if not self._waiting[self._topic]:
            del self._waiting[self._topic]

    async def wait(self, seconds: float) -> None:
        """Returns at the next word, or after `seconds`."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        self._event.clear()
