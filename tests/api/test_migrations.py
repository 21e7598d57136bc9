"""The migrations make the tables that the code describes, and can be taken back, on both databases."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

import api.tables  # noqa: F401  (all tables must be known before they can be compared)
from api.database import Base
from api.operations.migrate import alembic_config, migrate
from tests.api.databases import SQLITE, both_databases


@pytest.fixture
def new_database(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a table."""
    if database_kind == SQLITE:
        return f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite3'}"
    server = request.getfixturevalue("postgresql")
    name = f"new_{tmp_path.name.lower()}"
    server.create(name)
    request.addfinalizer(lambda: server.drop(name))
    address: str = server.address(name)
    return address


async def ask(address: str, question: object) -> list[object]:
    """What `question` finds out over a plain connection."""
    engine = create_async_engine(address)
    async with engine.connect() as connection:
        found: list[object] = await connection.run_sync(question)  # type: ignore[arg-type]
    await engine.dispose()
    return found


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
    return list(compare_metadata(context, Base.metadata))


def tables(connection: Connection) -> list[object]:
    return [name for name in inspect(connection).get_table_names() if name != "alembic_version"]


@both_databases
def test_migrations_make_what_the_code_describes(new_database: str) -> None:
    import asyncio

    migrate(new_database)
    assert asyncio.run(ask(new_database, differences)) == []
    command.downgrade(alembic_config(new_database), "base")
    assert asyncio.run(ask(new_database, tables)) == []
    migrate(new_database)
    assert asyncio.run(ask(new_database, differences)) == []


OLD_ROWS = (
    (
        "INSERT INTO conversations (id, token_hash, channel, language, owner, owner_version, status, last_seq, created_at)"
        " VALUES ('{c}', 'x', 'web', 'nl', 'assistant', 0, 'open', 7, '{at}')"
    ),
    (
        "INSERT INTO intakes (id, reference, idempotency_key, conversation_id, service, also, team, urgency, due_at, status,"
        " language, summary, created_at) VALUES ('{i}', 'V-2222-3333', 'key', '{c}', 'taalhuis', '[]', 'gemert', 'normal',"
        " '{due}', 'closed', 'nl', 'sealed', '{at}')"
    ),
    (
        "INSERT INTO intakes (id, reference, idempotency_key, conversation_id, service, also, team, urgency, due_at, status,"
        " language, summary, created_at) VALUES ('{w}', 'V-4444-5555', 'other', '{c}', 'taalhuis', '[]', 'gemert', 'normal',"
        " '{due}', 'new', 'nl', 'sealed', '{at}')"
    ),
    (
        "INSERT INTO intake_events (id, intake_id, at, actor, action, status) VALUES"
        " ('{e}', '{i}', '{at}', 'Sanne', 'replied', 'in_progress')"
    ),
    (
        "INSERT INTO intake_events (id, intake_id, at, actor, action, status, detail) VALUES"
        " ('{f}', '{i}', '{at}', 'Sanne', 'service_corrected', 'in_progress', 'None -> taalhuis')"
    ),
)


@both_databases
def test_intakes_of_before_keep_what_they_had_and_get_what_is_known(new_database: str, database_kind: str) -> None:
    import asyncio

    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    names = {letter: uuid.uuid5(uuid.NAMESPACE_OID, letter) for letter in "ciwef"}
    # SQLite keeps a uuid as 32 signs.
    ids = {letter: one.hex if database_kind == SQLITE else str(one) for letter, one in names.items()}
    times = {"at": "2026-11-02 09:00:00+00:00", "due": "2026-11-05 16:00:00+00:00"}

    def fill(connection: Connection) -> list[object]:
        for statement in OLD_ROWS:
            connection.execute(text(statement.format(**ids, **times)))
        connection.commit()
        return []

    def look(connection: Connection) -> list[object]:
        columns = "status, amber_at = due_at, claim_by = due_at, contacted_at IS NOT NULL, closed_seq"
        return [
            tuple(row) for row in connection.execute(text(f"SELECT {columns} FROM intakes ORDER BY reference")).all()
        ]

    def count(connection: Connection) -> list[object]:
        return [
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in ("intakes", "intake_events")
        ]

    def rewrite(connection: Connection) -> list[object]:
        connection.execute(text("UPDATE intake_events SET actor = 'Somebody else'"))
        return []

    def corrections(connection: Connection) -> list[object]:
        return [tuple(row) for row in connection.execute(text('SELECT heard, "right" FROM service_corrections')).all()]

    migrate(new_database, "0007")
    asyncio.run(ask(new_database, fill))
    migrate(new_database)
    assert asyncio.run(ask(new_database, look)) == [("closed", 1, None, 1, 7), ("new", 1, 1, 0, None)]
    assert asyncio.run(ask(new_database, corrections)) == [(None, "taalhuis")]
    with pytest.raises(DBAPIError, match="only appended to"):
        asyncio.run(ask(new_database, rewrite))
    command.downgrade(alembic_config(new_database), "0007")
    assert asyncio.run(ask(new_database, count)) == [2, 2]
    migrate(new_database)
    assert asyncio.run(ask(new_database, count)) == [2, 2]
