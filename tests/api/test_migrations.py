"""The migrations make the tables that the code describes, and can be taken back, on both databases."""

from __future__ import annotations

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
