"""Tells waiting readers that there is news. A missed word only delays: every reader looks in the database again by itself."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.presence import LASTS, Doing, Presence, Sign
from api.database import after_commit


class LiveHub:
    """Wakes everyone who waits for a topic: a conversation's id, or `QUEUE`.

    A sign of presence (`Sign`) travels as a topic too, so that it reaches every process; it wakes the readers of its conversation.
    """

    QUEUE = "queue"
    OUTBOX = "outbox"

    def __init__(self) -> None:
        self._callbacks: dict[str, list[Callable[[], None]]] = defaultdict(list)
        self._waiting: dict[str, set[Listener]] = defaultdict(set)
        self.presence = Presence()
        """Who is there and who is typing now, as far as this process heard."""

    async def run(self) -> None:
        """Passes on what other processes tell, until cancelled. Here there are none: one process has all readers."""

    def tell_on_commit(self, session: AsyncSession, topic: str) -> None:
        """Wakes the readers of `topic` once the transaction of `session` is committed, and never when it is rolled back."""
        after_commit(session, lambda: self.tell(topic))

    async def signal(self, sign: Sign) -> None:
        """Tells at once, in every process, what no database remembers."""
        self.tell(str(sign))

    def tell(self, topic: str) -> None:
        """Wakes the readers of `topic` in this process."""
        sign = Sign.parse(topic)
        if sign is not None:
            topic = sign.conversation
            if sign.doing is Doing.TYPING:
                # Who stops typing does not say so: readers look again when the sign is over.
                asyncio.get_running_loop().call_later(LASTS[Doing.TYPING].total_seconds() + 0.1, self.tell, topic)
            if not self.presence.note(sign):
                return
        for callback in self._callbacks.get(topic, ()):
            callback()
        self.wake(topic)

    def wake(self, topic: str) -> None:
        """Makes the readers of `topic` in this process look, whoever found out that they should."""
        for listener in self._waiting.get(topic, ()):
            listener.hear(topic)

    def topics(self) -> list[str]:
        """What is listened to in this process now."""
        return list(self._waiting)

    def tell_all(self) -> None:
        """Wakes every reader: nobody knows what was told while we did not listen."""
        for topic in [*self._waiting, *self._callbacks]:
            self.tell(topic)

    def on(self, topic: str, callback: Callable[[], None]) -> None:
        """Calls `callback` at each word on `topic`, as long as this process lives."""
        self._callbacks[topic].append(callback)

    def listen(self, *topics: str) -> Listener:
        """Starts listening; use before reading, so that nothing falls between reading and waiting."""
        return Listener(self._waiting, topics)


class Listener:
    """One reader's ear, as a context manager. What it listens to may change meanwhile (`follow`)."""

    def __init__(self, waiting: dict[str, set[Listener]], topics: tuple[str, ...]) -> None:
        self._waiting = waiting
        self._topics = frozenset(topics)
        self._heard: set[str] = set()
        self._event = asyncio.Event()

    def __enter__(self) -> Self:
        self._add(self._topics)
        return self

    def __exit__(self, *_: object) -> None:
        self._remove(self._topics)

    def follow(self, *topics: str) -> None:
        """Listens to these from now on, and no longer to others."""
        wanted = frozenset(topics)
        self._add(wanted - self._topics)
        self._remove(self._topics - wanted)
        self._topics = wanted

    def hear(self, topic: str) -> None:
        """Ends the waiting."""
        self._heard.add(topic)
        self._event.set()

    async def wait(self, seconds: float) -> AbstractSet[str]:
        """Returns at the next word with the topics it was about, or after `seconds` with none."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        self._event.clear()
        heard, self._heard = self._heard, set()
        return heard

    def _add(self, topics: AbstractSet[str]) -> None:
        for topic in topics:
            self._waiting[topic].add(self)

    def _remove(self, topics: AbstractSet[str]) -> None:
        for topic in topics:
            self._waiting[topic].discard(self)
            if not self._waiting[topic]:
                del self._waiting[topic]
