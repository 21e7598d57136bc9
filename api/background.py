"""Work that goes on behind the answers: taken from the database under a lease, tried again with patience, stopped cleanly.

The database is the queue. A row is taken by a moment in it (`take`), so that a process that dies gives its work to another when that
moment has passed; who is told of new work (`wake`) looks at once, who is not looks by itself.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from api.database import Database

log = structlog.get_logger()

T = TypeVar("T")
Take = Callable[[AsyncSession, int], Awaitable[Sequence[T]]]
Do = Callable[[T], Coroutine[Any, Any, None]]
Reclaim = Callable[[AsyncSession], Awaitable[None]]
LOOK_AGAIN_SECONDS = 1.0
AT_ONCE = 16


@dataclass(frozen=True)
class Backoff:
    """How long to wait after each failure, in seconds. When there is no next wait the work is a dead letter, for a person to see."""

    waits: tuple[float, ...]

    def next_try(self, failures: int, at: dt.datetime) -> dt.datetime | None:
        """When to try again after this many failures (the first is 1); None when it is time for a person."""
        if failures > len(self.waits):
            return None
        return at + dt.timedelta(seconds=self.waits[failures - 1])


class Worker(Generic[T]):
    """One kind of work of one process.

    `take(session, limit)` gives at most `limit` rows that are due, with their lease written; the worker commits. `do(row)` does one,
    with transactions of its own. What `do` raises is logged by its name only; the lease of that row runs out and it is taken again.
    After a look, whatever wakes it within `gather_seconds` is answered by one look: each is a transaction, also when nothing is due.
    `reclaim(session)` ends all leases. It is asked at the start where no other process can hold one, so that what was being done when
    the process died is not left until the lease runs out.
    """

    def __init__(
        self,
        name: str,
        database: Database,
        take: Take[T],
        do: Do[T],
        *,
        at_once: int = AT_ONCE,
        look_again_seconds: float = LOOK_AGAIN_SECONDS,
        gather_seconds: float = 0.0,
        reclaim: Reclaim | None = None,
    ) -> None:
        self.name = name
        self._database = database
        self._take = take
        self._do = do
        self._at_once = at_once
        self._look_again_seconds = look_again_seconds
        self._gather_seconds = gather_seconds
        self._reclaim = reclaim if database.has_one_process else None
        self._wake = asyncio.Event()
        self._stopped = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: set[asyncio.Timeout] = set()
        self.stopping = False
        """Set once `stop` was called: give back what you were working on."""

    @property
    def at_work(self) -> int:
        """How many rows are being worked on now."""
        return len(self._tasks)

    def wake(self) -> None:
        """There may be new work: look now."""
        self._wake.set()

    async def run(self) -> None:
        """Works until `stop` is called, and returns when what it was doing has ended."""
        while not self.stopping:
            self._wake.clear()
            try:
                await self._reclaim_once()
                await self.take_due()
            except Exception as error:  # noqa: BLE001  the database may be away for a moment; the work is safe in it
                log.error("work_not_read", work=self.name, error=type(error).__name__)
            await self._until_news()
        await self.finished()

    async def _reclaim_once(self) -> None:
        if self._reclaim is None:
            return
        async with self._database.write() as session:
            await self._reclaim(session)
        self._reclaim = None

    async def _until_news(self) -> None:
        if self._gather_seconds:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), self._gather_seconds)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), self._look_again_seconds)

    def stop(self) -> None:
        """Takes nothing new, and cuts short what is waited for under `patience`, so that another process can have it at once.

        Nothing is cancelled in the middle of a transaction.
        """
        self.stopping = True
        self._stopped.set()
        for limit in self._waiting:
            limit.reschedule(asyncio.get_running_loop().time())
        self.wake()

    async def finished(self) -> None:
        """Waits until what is being done now has ended."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def take_due(self) -> None:
        """Starts on what is due, as far as there is room."""
        free = self._at_once - len(self._tasks)
        if free <= 0:
            return
        async with self._database.write() as session:
            taken = await self._take(session, free)
        for row in taken:
            self.begin(row)

    def begin(self, row: T) -> None:
        """Starts on a row that was taken elsewhere: in the transaction that made it."""
        task = asyncio.create_task(self._do(row))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    @asynccontextmanager
    async def patience(self, deadline: float) -> AsyncIterator[None]:
        """Time for somebody else's answer until `deadline` (of the loop's clock), or until this process stops: see `stopping`.

        Raises `TimeoutError`.
        """
        if self.stopping:
            raise TimeoutError
        async with asyncio.timeout_at(deadline) as limit:
            self._waiting.add(limit)
            try:
                yield
            finally:
                self._waiting.discard(limit)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("work_failed", work=self.name, error=type(error).__name__)
        self.wake()


class Work(Protocol):
    """Anything that goes on until it is told to stop."""

    async def run(self) -> None:
        """Goes on until `stop`, or until there is nothing left to do."""
        ...

    def stop(self) -> None:
        """Makes `run` return soon."""
        ...


class Background:
    """All background work of one process."""

    def __init__(self) -> None:
        self._workers: list[Work] = []
        self._tasks: list[asyncio.Task[None]] = []

    def add(self, work: Work) -> None:
        """Takes work on, before the start."""
        self._workers.append(work)

    def start(self) -> None:
        """Sets all workers to work."""
        self._tasks = [asyncio.create_task(worker.run()) for worker in self._workers]

    async def stop(self) -> None:
        """Stops them all together and waits for them."""
        for worker in self._workers:
            worker.stop()
        await asyncio.gather(*self._tasks)
