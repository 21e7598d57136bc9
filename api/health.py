"""Whether this process lives, and whether it can help a resident."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from fastapi import APIRouter, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.dependencies import Runtime, RuntimeDep

router = APIRouter(tags=["health"])

MIGRATIONS = Path(__file__).parent / "migrations"


def newest_migration() -> str | None:
    """The revision this version of the code needs."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()


NEWEST = newest_migration()


@router.get("/healthz", operation_id="getHealth")
async def healthz() -> dict[str, str]:
    """200 as long as the process lives."""
    return {"status": "ok"}


@router.get("/readyz", operation_id="getReadiness")
async def readyz(runtime: RuntimeDep, response: Response) -> dict[str, str]:
    """200 when a resident can be helped; else 503 with the part that fails."""
    parts = await parts_of(runtime)
    if set(parts.values()) != {"ok"}:
        response.status_code = 503
    return parts


async def parts_of(runtime: Runtime) -> dict[str, str]:
    """What a resident needs, each `ok` or what is wrong with it."""
    return {
        "database": await _database(runtime),
        "assistant": "ok" if await runtime.assistant.ready() else "does not answer",
    }


async def _database(runtime: Runtime) -> str:
    try:
        async with runtime.database.read() as session:
            revision = await session.scalar(text("SELECT version_num FROM alembic_version"))
    except (SQLAlchemyError, OSError):
        return "does not answer, or was never migrated (run: voordeur migrate)"
    return "ok" if revision == NEWEST else f"is at migration {revision}, not {NEWEST} (run: voordeur migrate)"
