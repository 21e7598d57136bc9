"""How Alembic reaches the database: by the same engine as the service, with the address it was given."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import DateTime, Text, event
from sqlalchemy.engine import Connection

import api.tables  # noqa: F401  (all tables must be known before they can be compared)
from api.database import Base, Database


def render_item(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Writes our own column types into a migration as what the database knows: migrations must outlive our code."""
    if kind == "type" and hasattr(item, "impl"):
        impl = item.impl_instance
        if isinstance(impl, DateTime):
            return "sa.DateTime(timezone=True)"
        if isinstance(impl, Text):
            return "sa.Text()"
    return False


def run(connection: Connection) -> None:
    """Migrates over one connection, in one transaction where the database can."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


def keep_what_refers(database: Database) -> None:
    """Lets a table be made again without losing what refers to it.

    SQLite cannot change a column: Alembic copies the table and drops the old one, and with foreign keys on that deletes every row
    elsewhere that would be deleted with it (sqlite.org/foreignkeys.html, section 5). They can only be put off outside a transaction.
    """

    @event.listens_for(database.engine.sync_engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA foreign_keys = OFF")


def check_references(connection: Connection) -> None:
    """Raises `RuntimeError` when a migration leaves a row that refers to nothing: then nothing is committed."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"rows refer to nothing in: {', '.join(sorted({row[0] for row in broken}))}")


async def run_online() -> None:
    """Opens the database, migrates, closes it."""
    address = context.config.get_main_option("sqlalchemy.url")
    assert address is not None
    database = Database(address)
    if database.engine.dialect.name == "sqlite":
        keep_what_refers(database)
    async with database.engine.connect() as connection:
        await connection.run_sync(run)
        await connection.run_sync(check_references)
        await connection.commit()
    await database.close()


asyncio.run(run_online())
