"""SQLite behind the event loop: whoever stops waiting leaves nothing behind."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from api import sqlite
from api.database import Database

ROUNDS, AT_ONCE = 250, 6


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'small.sqlite3'}")
    async with database.write() as session:
        await session.execute(text("create table notes (words text)"))
    yield database
    await database.close()


async def _write(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("insert into notes values ('something')"))
        await session.execute(text("select count(*) from notes"))


async def test_who_stops_waiting_keeps_no_lock(database: Database) -> None:
    chance = random.Random(5)
    for _ in range(ROUNDS):
        writers = [asyncio.create_task(_write(database)) for _ in range(AT_ONCE)]
        await asyncio.sleep(chance.uniform(0, 0.02))
        for writer in writers[1:]:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
        # The lock of an abandoned transaction would hold this up until SQLite gives up, after ten seconds.
        async with asyncio.timeout(8):
            await _write(database)


async def test_who_stops_waiting_hears_it_when_it_is_known_what_was_done(tmp_path: Path) -> None:
    first, second = [await sqlite.connect(str(tmp_path / "two.sqlite3")) for _ in range(2)]
    await first._execute(first._conn.execute, "begin immediate")
    waiting = asyncio.create_task(second._execute(second._conn.execute, "begin immediate"))
    await asyncio.sleep(0)
    waiting.cancel()
    done, _ = await asyncio.wait([waiting], timeout=0.1)
    assert not done, "the thread is still at it"
    await first.rollback()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert second.in_transaction, "the thread did it, so it can be rolled back"
    await second.rollback()
    assert not second._conn.in_transaction
    for connection in (first, second):
        await connection.close()


async def test_what_was_not_committed_is_not_there(database: Database) -> None:
    async def half_a_transaction() -> None:
        async with database.write() as session:
            await session.execute(text("insert into notes values ('half')"))
            started.set()
            await asyncio.Event().wait()

    started = asyncio.Event()
    writer = asyncio.create_task(half_a_transaction())
    await started.wait()
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)
    async with database.read() as session:
        assert await session.scalar(text("select count(*) from notes where words = 'half'")) == 0


async def test_statement_is_one_visit_to_the_thread(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    visits = []
    real = sqlite.Connection._execute

    async def counted(self: sqlite.Connection, *args: object) -> object:
        visits.append(args[0])
        return await real(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(sqlite.Connection, "_execute", counted)
    async with database.read() as session:
        for _ in range(3):
            assert (await session.execute(text("select 1"))).scalar_one() == 1
    assert len(visits) == 1 + 3 + 1, "begin, three questions, roll back"


async def test_who_comes_first_writes_first_and_holds_no_connection_while_waiting(database: Database) -> None:
    order: list[int] = []

    async def write(number: int) -> None:
        async with database.write() as session:
            await session.execute(text("insert into notes values ('in a row')"))
            order.append(number)

    async with database.write():
        writers = [asyncio.create_task(write(number)) for number in range(40)]
        await asyncio.sleep(0)
        # More wait than there are connections; readers go on.
        async with asyncio.timeout(5), database.read() as session:
            assert await session.scalar(text("select count(*) from notes")) == 0
    await asyncio.gather(*writers)
    assert order == sorted(order)


async def test_who_waits_too_long_hears_that_it_is_too_busy(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.database.LONGEST_WAIT_SECONDS", 0.05)
    async with database.write():
        with pytest.raises(NoConnectionFree):
            await _write(database)
    await _write(database)


async def test_every_connection_keeps_its_promises(database: Database) -> None:
    async with database.read() as first, database.read() as second:
        for session in (first, second):
            assert await session.scalar(text("pragma journal_mode")) == "wal"
            assert await session.scalar(text("pragma synchronous")) == 2, "a commit is on the disk"
            assert await session.scalar(text("pragma foreign_keys")) == 1
