"""Brings a database to the schema this version needs."""

from __future__ import annotations

from alembic import command
from alembic.config import Config

from api.health import MIGRATIONS


def alembic_config(address: str) -> Config:
    """Alembic's configuration for one database, without a file of its own."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", address.replace("%", "%%"))
    return config


def migrate(address: str, revision: str = "head") -> None:
    """Runs the migrations that are still missing."""
    command.upgrade(alembic_config(address), revision)
