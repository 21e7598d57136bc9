"""All SQL about steps that were taken."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.reporting_code.models import TakenStep


async def taken(session: AsyncSession, intake_id: uuid.UUID) -> dict[str, TakenStep]:
    """The steps that were taken for an intake, by their name in the catalogue."""
    rows = await session.scalars(select(TakenStep).where(TakenStep.intake_id == intake_id))
    return {row.step: row for row in rows}


async def add(session: AsyncSession, step: TakenStep) -> None:
    """Stores a step."""
    session.add(step)
    await session.flush()


async def remove(session: AsyncSession, intake_id: uuid.UUID, step: str | None = None) -> None:
    """Removes one step of an intake, or all of them."""
    query = delete(TakenStep).where(TakenStep.intake_id == intake_id)
    await session.execute(query.where(TakenStep.step == step) if step else query)
