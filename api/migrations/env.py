"""How Alembic reaches the database: by the same engine as the service, with the address it was given."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import DateTime, Text
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


async def run_online() -> None:
    """Opens the database, migrates, closes it."""
    address = context.config.get_main_option("sqlalchemy.url")
    assert address is not None
    database = Database(address)
    async with database.engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await database.close()


asyncio.run(run_online())
