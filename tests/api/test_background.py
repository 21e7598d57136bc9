"""Background work of any kind: as much as there is room for, again after a failure, given back at a stop."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from api.background import Background, Backoff, Worker
from api.database import Database
from api.settings import Settings

AT = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.database_address)
    yield database
    await database.close()


class Basket:
    """Work that lies ready; what is taken is gone from it."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = list(numbers)
        self.away = False

    async def take(self, _: AsyncSession, limit: int) -> Sequence[int]:
        if self.away:
            self.away = False
            raise ConnectionError("the database is away")
        taken, self.numbers = self.numbers[:limit], self.numbers[limit:]
        return taken


@asynccontextmanager
async def at_work(worker: Worker[int]) -> AsyncIterator[None]:
    background = Background()
    background.add(worker)
    background.start()
    try:
        yield
    finally:
        async with asyncio.timeout(10):
            await background.stop()


def doing(
    done: asyncio.Queue[int], before: Callable[[int], Awaitable[object]]
) -> Callable[[int], Coroutine[Any, Any, None]]:
    async def do(number: int) -> None:
        await before(number)
        done.put_nowait(number)

    return do


async def got(done: asyncio.Queue[int], many: int) -> list[int]:
    async with asyncio.timeout(10):
        return [await done.get() for _ in range(many)]


async def test_no_more_than_there_is_room_for_and_all_in_the_end(database: Database) -> None:
    busy = highest = 0

    async def count(_: int) -> None:
        nonlocal busy, highest
        busy += 1
        highest = max(highest, busy)
        await asyncio.sleep(0)
        busy -= 1

    basket, done = Basket(*range(20)), asyncio.Queue[int]()
    async with at_work(Worker("numbers", database, basket.take, doing(done, count), at_once=3)):
        assert sorted(await got(done, 20)) == list(range(20))
    assert highest == 3


async def test_who_is_told_looks_at_once(database: Database) -> None:
    basket, done = Basket(1), asyncio.Queue[int]()
    worker = Worker("numbers", database, basket.take, doing(done, lambda _: asyncio.sleep(0)), look_again_seconds=600)
    async with at_work(worker):
        await got(done, 1)
        basket.numbers.append(2)
        worker.wake()
        assert await got(done, 1) == [2]


async def test_database_that_is_away_is_asked_again(database: Database) -> None:
    basket, done = Basket(1), asyncio.Queue[int]()
    basket.away = True
    worker = Worker("numbers", database, basket.take, doing(done, lambda _: asyncio.sleep(0)), look_again_seconds=0.01)
    async with at_work(worker):
        assert await got(done, 1) == [1]


async def test_failure_of_one_does_not_stop_the_others(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    async def fail(number: int) -> None:
        if number == 1:
            raise ValueError("something a resident said")

    basket, done = Basket(1, 2), asyncio.Queue[int]()
    async with at_work(Worker("numbers", database, basket.take, doing(done, fail))):
        assert await got(done, 1) == [2]
    assert "ValueError" in (said := capsys.readouterr().out)
    assert "something a resident said" not in said


async def test_stop_cuts_waiting_short_and_lets_the_rest_end(database: Database) -> None:
    begun = asyncio.Event()
    ended: list[bool] = []

    async def wait(_: int) -> None:
        try:
            async with worker.patience(asyncio.get_running_loop().time() + 600):
                begun.set()
                await asyncio.Event().wait()
        except TimeoutError:
            ended.append(worker.stopping)

    worker = Worker("numbers", database, Basket(1).take, wait)
    async with at_work(worker):
        await asyncio.wait_for(begun.wait(), 10)
    assert ended == [True]
    with pytest.raises(TimeoutError):
        async with worker.patience(asyncio.get_running_loop().time() + 600):
            pytest.fail("there is no patience left")


def test_patience_grows_and_ends_with_a_person() -> None:
    backoff = Backoff((1, 10))
    tries = [backoff.next_try(failures, AT) for failures in (1, 2, 3)]
    assert tries == [AT + dt.timedelta(seconds=1), AT + dt.timedelta(seconds=10), None]


async def test_many_words_of_new_work_soon_after_a_look_are_one_look(database: Database) -> None:
    looks = 0

    async def take(_: AsyncSession, __: int) -> Sequence[int]:
        nonlocal looks
        looks += 1
        return ()

    async def do(_: int) -> None: ...

    worker = Worker("waiting", database, take, do, look_again_seconds=3600, gather_seconds=3600)
    async with at_work(worker):
        async with asyncio.timeout(20):
            while not looks:  # noqa: ASYNC110  nobody tells
                await asyncio.sleep(0.01)
        for _ in range(50):
            worker.wake()
            await asyncio.sleep(0)
        assert looks == 1
