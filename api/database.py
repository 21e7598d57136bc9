"""The database: one engine, read and write transactions, and column types that keep their promises."""

from __future__ import annotations

import asyncio
import datetime as dt
import enum
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import DateTime, Dialect, Enum, MetaData, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from api import sqlite

AfterCommit = Callable[[], None]
BeforeCommit = Callable[[], Awaitable[None]]
T = TypeVar("T")
LONGEST_WAIT_SECONDS = 30.0
"""For a connection or a turn to write; then the caller hears that it is too busy (503)."""


class Base(DeclarativeBase):
    """All tables. Constraints have names, so that a migration can drop them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment in UTC. SQLite forgets the zone; this puts it back, and refuses a time without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Raises `ValueError` for a naive time: nobody can say which moment that is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs a zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """The stored moment, always in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def enum_column(kind: type[enum.StrEnum]) -> Enum:
    """Stores the words of a closed list as text with a check, which every database can migrate."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


class Database:
    """Opens transactions. One request is one transaction; services never commit, the edge does."""

    def __init__(self, address: str) -> None:
        self._sqlite = address.startswith("sqlite")
        self._writer = asyncio.Lock()
        options: dict[str, Any]
        if self._sqlite:
            path = make_url(address).database
            assert path, "SQLite needs a file: each connection would have a memory of its own"
            options = {"async_creator": partial(sqlite.connect, path), "pool_size": 15, "max_overflow": 0}
        else:
            options = {"pool_size": 20, "max_overflow": 20, "pool_pre_ping": True}
        # An error of the database names the statement and never its values: these are what residents said.
        options["hide_parameters"] = True
        self.engine: AsyncEngine = create_async_engine(address, **options)
        if self._sqlite:
            _prepare_sqlite(self.engine)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @property
    def has_one_process(self) -> bool:
        """Whether no other process does background work on it: SQLite serves one."""
        return self._sqlite

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A transaction that is rolled back at the end: for looking only, at one moment (SQLite always does, PostgreSQL when asked)."""
        async with self._sessions() as session:
            if not self._sqlite:
                await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A transaction that commits when the block ends well, then tells whoever waits for news (`after_commit`)."""
        async with self._turn_to_write(), self._sessions() as session:
            await session.connection(execution_options={"voordeur_write": True})
            yield session
            for finish in session.info.pop("before_commit", []):
                await finish()
            await session.commit()
            for tell in session.info.pop("after_commit", []):
                tell()

    @asynccontextmanager
    async def _turn_to_write(self) -> AsyncIterator[None]:
        """Writers of one process stand in a row, without a connection, where the database has room for one.

        SQLite makes them ask again after ever longer sleeps instead: the lock is idle meanwhile, and who comes later can be first.
        """
        if not self._sqlite:
            yield
            return
        try:
            async with asyncio.timeout(LONGEST_WAIT_SECONDS):
                await self._writer.acquire()
        except TimeoutError:
            raise NoConnectionFree("others have been writing for too long") from None
        try:
            yield
        finally:
            self._writer.release()

    async def close(self) -> None:
        """Gives all connections back."""
        await self.engine.dispose()


def after_commit(session: AsyncSession, tell: AfterCommit) -> None:
    """Runs `tell` once the transaction of `session` has been committed, and never when it is rolled back."""
    session.info.setdefault("after_commit", []).append(tell)


def before_commit(session: AsyncSession, finish: BeforeCommit) -> None:
    """Runs `finish` as the last thing in the transaction of `session`, and never when it is rolled back.

    For rows that many transactions fight over: locked last and briefly, by everybody in the same order.
    """
    session.info.setdefault("before_commit", []).append(finish)


async def undisturbed(work: Coroutine[Any, Any, T]) -> T:
    """Does `work` with the database to its end, also when whoever waits for it is cancelled.

    For what must be remembered, and for streams: a page that is closed in the middle of a question must not cost a connection.
    """
    task = asyncio.create_task(work)
    _undisturbed.add(task)  # the loop itself keeps only a weak reference
    task.add_done_callback(_undisturbed.discard)
    return await asyncio.shield(task)


_undisturbed: set[asyncio.Task[Any]] = set()


def _prepare_sqlite(engine: AsyncEngine) -> None:
    """Takes the write lock at once: upgrading a read lock later can fail."""

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("voordeur_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
