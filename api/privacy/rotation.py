"""Encrypts everything again with the newest key, in batches, while the service goes on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, String, Table, Text, and_, literal, select, type_coerce, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

import api.tables  # noqa: F401  (every table has to be known)
from api.database import Base, Database
from api.privacy import audit
from api.privacy.audit import Verb
from api.privacy.encryption import EncryptedText, KeyRing

BATCH = 200


@dataclass(frozen=True)
class Rotated:
    """How many values were encrypted again, and how many are still under an older key (0 when it is done)."""

    values: int
    left: int


def encrypted_columns() -> list[tuple[Table, Column[str]]]:
    """Every column that holds ciphertext; a new table is in it by itself."""
    return [
        (table, column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EncryptedText)
    ]


async def rotate(database: Database, ring: KeyRing) -> Rotated:
    """Goes on until nothing is under an older key; what others write meanwhile is not lost and not overwritten."""
    values = 0
    while True:
        done = 0
        for table, column in encrypted_columns():
            while moved := await _batch(database, ring, table, column):
                done += moved
        values += done
        if done == 0:
            break
    left = 0
    async with database.read() as session:
        for table, column in encrypted_columns():
            left += len(await _older(session, ring, table, column))
    async with database.write() as session:
        audit.record(
            session, by=audit.SYSTEM, verb=Verb.KEYS_ROTATED, of=("keys", ring.current), change=(None, str(values))
        )
    return Rotated(values, left)


async def _batch(database: Database, ring: KeyRing, table: Table, column: Column[str]) -> int:
    moved = 0
    async with database.write() as session:
        for *key, old in await _older(session, ring, table, column):
            same = and_(*(part == value for part, value in zip(table.primary_key, key, strict=True)))
            # Only when it is still what was read: a text that was changed meanwhile is under the newest key already.
            result = await session.execute(
                update(table)
                .where(same, type_coerce(column, Text) == literal(old, Text))
                .values({column.name: literal(ring.encrypt(ring.decrypt(str(old))), Text)})
            )
            assert isinstance(result, CursorResult)
            moved += result.rowcount
    return moved


async def _older(session: AsyncSession, ring: KeyRing, table: Table, column: Column[str]) -> list[tuple[object, ...]]:
    stored = type_coerce(column, Text)
    rows = await session.execute(
        select(*table.primary_key, stored)
        .where(stored.is_not(None), type_coerce(column, String).not_like(f"{ring.current}:%"))
        .limit(BATCH)
    )
    return [tuple(row) for row in rows]
