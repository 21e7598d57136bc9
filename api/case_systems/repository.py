"""All SQL of the outbox."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import Text, cast, func, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from api.case_systems.models import Delivery, DeliveryStatus

LEASE = dt.timedelta(minutes=5)
"""Longer than all calls of one attempt together may take."""


async def add(session: AsyncSession, delivery: Delivery) -> None:
    """Stores a new row."""
    session.add(delivery)
    await session.flush()


async def remove(session: AsyncSession, delivery: Delivery) -> None:
    """Takes a row away that a new one replaces."""
    await session.delete(delivery)
    await session.flush()


async def get(session: AsyncSession, delivery_id: uuid.UUID) -> Delivery | None:
    """The delivery with this id."""
    return await session.get(Delivery, delivery_id)


async def lock(session: AsyncSession, delivery_id: uuid.UUID) -> Delivery | None:
    """The delivery as it is now; other writers wait until this transaction ends."""
    rows = await session.scalars(
        select(Delivery).where(Delivery.id == delivery_id).with_for_update().execution_options(populate_existing=True)
    )
    return rows.one_or_none()


async def sent(session: AsyncSession, system: str, reference: str) -> Delivery | None:
    """The delivery of this intake to this system, locked."""
    rows = await session.scalars(
        select(Delivery).where(Delivery.reference == reference, Delivery.system == system).with_for_update()
    )
    return rows.one_or_none()


async def of_intake(session: AsyncSession, intake_id: uuid.UUID) -> Sequence[Delivery]:
    """All deliveries of an intake, locked."""
    rows = await session.scalars(select(Delivery).where(Delivery.intake_id == intake_id).with_for_update())
    return rows.all()


async def take_due(session: AsyncSession, at: dt.datetime, limit: int) -> Sequence[Delivery]:
    """Takes deliveries that have work, those that wait longest first; they are ours until the lease ends.

    What another process is taking at this moment is passed over; SQLite has one writer at a time and ignores the clause.
    """
    rows = await session.scalars(
        select(Delivery)
        .where(Delivery.next_at <= at, (Delivery.leased_until.is_(None)) | (Delivery.leased_until < at))
        .order_by(Delivery.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = rows.all()
    for delivery in taken:
        delivery.leased_until = at + LEASE
    await session.flush()
    return taken


async def troubled(session: AsyncSession, limit: int) -> Sequence[Delivery]:
    """What waits for a person or for a next attempt after a failure, the oldest first."""
    rows = await session.scalars(
        select(Delivery)
        .where(
            (Delivery.status.in_([DeliveryStatus.FAILED, DeliveryStatus.ERASE_FAILED]))
            | (Delivery.status.in_([DeliveryStatus.WAITING, DeliveryStatus.ERASING]) & (Delivery.attempts > 0))
        )
        .order_by(Delivery.created_at)
        .limit(limit)
    )
    return rows.all()


async def count_by_status(session: AsyncSession) -> dict[DeliveryStatus, int]:
    """How many deliveries stand where."""
    rows = await session.execute(select(Delivery.status, func.count()).group_by(Delivery.status))
    return {row[0]: row[1] for row in rows}


async def count_failed(session: AsyncSession) -> int:
    """How many wait for a person."""
    failed = Delivery.status.in_([DeliveryStatus.FAILED, DeliveryStatus.ERASE_FAILED])
    return await session.scalar(select(func.count()).select_from(Delivery).where(failed)) or 0


async def look_soon(session: AsyncSession, system: str, made: Sequence[str], at: dt.datetime) -> int:
    """Makes the deliveries that made one of these things over there look how it stands. Gives how many there are."""
    if not made:
        return 0
    result = await session.execute(
        update(Delivery)
        .where(
            Delivery.system == system,
            Delivery.status == DeliveryStatus.DELIVERED,
            Delivery.next_at.is_not(None),
            or_(*(cast(Delivery.steps, Text).contains(one, autoescape=True) for one in made)),
        )
        .values(next_at=at)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    return int(result.rowcount)
