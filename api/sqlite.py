"""SQLite for the event loop: aiosqlite, with one visit to its thread for a statement, and nothing left behind by who gives up waiting."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

import aiosqlite

T = TypeVar("T")

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 10000")
"""Readers go on while one writes; what is committed survives a power cut (ADR 0037); a writer waits 10 seconds for the other."""


class Connection(aiosqlite.Connection):
    """A connection as SQLAlchemy wants it.

    aiosqlite visits its thread four times for a statement (make a cursor, execute, fetch, close), and each visit waits for the
    scheduler twice. Here it is one: a turn of the assistant makes forty statements.

    What was handed to the thread cannot be cancelled. When whoever waits is cancelled, this waits until the thread is done and only
    then lets the cancellation go on, so that SQLAlchemy rolls back what there really is. Otherwise a `BEGIN IMMEDIATE` that nobody
    waits for any more takes the lock, and all writers stand still (omnilib/aiosqlite#259; tests/api/test_sqlite.py).
    """

    def cursor(self) -> Any:
        """A cursor, made without a visit to the thread."""
        return _made(_Cursor(self))

    async def rollback(self) -> None:
        """Without a visit to the thread when there is nothing to roll back: the pool asks this of every connection it gets back."""
        if self._conn.in_transaction:
            await super().rollback()

    async def _execute(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        if not self._running or not self._connection:
            raise ValueError("Connection closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._tx.put_nowait((future, partial(fn, *args, **kwargs)))
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await _in_spite_of_cancelling(future)
            raise


class _Cursor:
    """What one statement gave: everything is fetched while the thread is there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.lastrowid: int | None = None
        self.rowcount = -1

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> None:
        await self._connection._execute(self._do, "execute", sql, parameters)  # noqa: SLF001  one thing in two classes

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> None:
        await self._connection._execute(self._do, "executemany", sql, parameters)  # noqa: SLF001

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        self._rows = []

    def _do(self, way: str, sql: str, parameters: Any) -> None:
        cursor = self._connection._conn.cursor()  # noqa: SLF001
        try:
            getattr(cursor, way)(sql, parameters)
            self._rows = cursor.fetchall()
            self.description, self.lastrowid, self.rowcount = cursor.description, cursor.lastrowid, cursor.rowcount
        finally:
            cursor.close()


async def connect(path: str) -> Connection:
    """An open connection to the database in this file."""

    def open_in_thread() -> sqlite3.Connection:
        # SQLAlchemy says when a transaction begins; its thread is not the one that closes an abandoned connection.
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    connection = Connection(open_in_thread, iter_chunk_size=64)
    connection._thread.daemon = True  # noqa: SLF001  as SQLAlchemy does: an open connection must not keep a process from ending
    await connection
    return connection


async def _made(cursor: _Cursor) -> _Cursor:
    return cursor


async def _in_spite_of_cancelling(future: asyncio.Future[Any]) -> None:
    while not future.done():
        try:
            await asyncio.wait([future])
        except asyncio.CancelledError:
            continue
    future.exception()  # somebody has looked at it
