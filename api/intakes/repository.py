"""All SQL about one intake and what belongs to it. What a person may see is in `queues.py`, how much there is in `loads.py`."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import Select, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from api.database import Base
from api.intakes.lifecycle import CLAIMABLE, OPEN
from api.intakes.models import Intake, IntakeStatus, ServiceCorrection
from api.intakes.queues import known_to
from api.people.models import Person


async def references(session: AsyncSession, intake_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The reference of each of these intakes, for who may know that they are there and nothing of what is in them."""
    rows = await session.execute(select(Intake.id, Intake.reference).where(Intake.id.in_(intake_ids)))
    return {row.id: row.reference for row in rows}


async def by_reference(session: AsyncSession, reference: str) -> uuid.UUID | None:
    """The id of the intake with this reference."""
    rows = await session.scalars(select(Intake.id).where(Intake.reference == reference))
    return rows.one_or_none()


async def taken_by(
    session: AsyncSession, people: Collection[uuid.UUID]
) -> dict[uuid.UUID, dict[uuid.UUID, uuid.UUID | None]]:
    """What each of these people has in hand now: the intakes, each with its conversation as long as there is one."""
    rows = await session.execute(
        select(Intake.assignee_id, Intake.id, Intake.conversation_id).where(
            Intake.assignee_id.in_(people), Intake.status.in_(OPEN)
        )
    )
    taken: dict[uuid.UUID, dict[uuid.UUID, uuid.UUID | None]] = {person: {} for person in people}
    for assignee, intake, conversation in rows:
        taken[assignee][intake] = conversation
    return taken


async def find(session: AsyncSession, person: Person, intake_id: uuid.UUID) -> Intake | None:
    """The intake with history and notes, if this person may know it is there."""
    return (await session.scalars(_whole(known_to(person)).where(Intake.id == intake_id))).one_or_none()


async def get(session: AsyncSession, intake_id: uuid.UUID) -> Intake | None:
    """The intake, for our own processes."""
    return await session.get(Intake, intake_id)


async def lock(session: AsyncSession, intake_id: uuid.UUID) -> Intake | None:
    """The intake as it is now; other writers wait until this transaction ends."""
    rows = await session.scalars(
        select(Intake)
        .where(Intake.id == intake_id)
        .with_for_update(of=Intake)
        .execution_options(populate_existing=True)
    )
    return rows.one_or_none()


async def by_key(session: AsyncSession, key: str) -> Intake | None:
    """The intake that was made under this idempotency key."""
    return (await session.scalars(_whole(select(Intake)).where(Intake.idempotency_key == key))).one_or_none()


async def latest_of_conversation(session: AsyncSession, conversation_id: uuid.UUID) -> Intake | None:
    """The last intake of a conversation."""
    return (
        await session.scalars(
            _whole(select(Intake))
            .where(Intake.conversation_id == conversation_id)
            .order_by(Intake.created_at.desc())
            .limit(1)
        )
    ).first()


async def of_conversation(session: AsyncSession, conversation_id: uuid.UUID) -> Sequence[Intake]:
    """All intakes of a conversation, oldest first."""
    rows = await session.scalars(
        _whole(select(Intake)).where(Intake.conversation_id == conversation_id).order_by(Intake.created_at)
    )
    return rows.all()


async def of_conversation_locked(session: AsyncSession, conversation_id: uuid.UUID) -> Sequence[Intake]:
    """The same with the status of this moment, which nobody else changes until the transaction ends."""
    await session.execute(select(Intake.id).where(Intake.conversation_id == conversation_id).with_for_update())
    intakes = await of_conversation(session, conversation_id)
    for intake in intakes:
        await session.refresh(intake, ["status"])
    return intakes


async def claim(session: AsyncSession, intake: Intake, person: Person) -> bool:
    """Takes the intake in one conditional update. False when somebody else has it or it cannot be claimed.

    Somebody who has given it away still has it until the receiver takes it.
    """
    result = await session.execute(
        update(Intake)
        .where(
            Intake.id == intake.id,
            Intake.status.in_(CLAIMABLE),
            or_(Intake.assignee_id.is_(None), Intake.status == IntakeStatus.TRANSFERRED),
            or_(
                Intake.reserved_for_id.is_(None),
                Intake.reserved_for_id == person.id,
                Intake.assignee_id == person.id,
                # Offered to somebody, and any colleague may be quicker.
                Intake.status == IntakeStatus.NEW,
            ),
        )
        .values(
            assignee_id=person.id,
            status=IntakeStatus.CLAIMED,
            reserved_for_id=None,
            claim_by=None,
            escalated_at=None,
        )
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    await reload(session, intake)
    return bool(result.rowcount == 1)


async def move(session: AsyncSession, intake: Intake, status: IntakeStatus) -> bool:
    """Gives the intake another status, if it still stands as `intake` says. False when somebody else changed it first."""
    result = await session.execute(
        update(Intake)
        .where(
            Intake.id == intake.id,
            Intake.status == intake.status,
            Intake.assignee_id.is_not_distinct_from(intake.assignee_id),
        )
        .values(status=status)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    return bool(result.rowcount == 1)


async def corrections(session: AsyncSession) -> Sequence[ServiceCorrection]:
    """Every correction of a service, oldest first."""
    return (await session.scalars(select(ServiceCorrection).order_by(ServiceCorrection.at))).all()


async def take_unclaimed(session: AsyncSession, at: dt.datetime, limit: int) -> Sequence[Intake]:
    """Intakes that nobody has picked up in time and that were not escalated yet; what another process takes is passed over."""
    rows = await session.scalars(
        select(Intake)
        .where(Intake.claim_by <= at, Intake.escalated_at.is_(None), Intake.status.in_(CLAIMABLE))
        .order_by(Intake.claim_by)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Intake)
    )
    return rows.all()


async def add(session: AsyncSession, row: Base) -> None:
    """Stores a new row."""
    session.add(row)
    await session.flush()


async def reload(session: AsyncSession, intake: Intake) -> None:
    """Reads the intake as it is now, with assignee, history and notes."""
    await session.flush()
    await session.execute(
        _whole(select(Intake)).where(Intake.id == intake.id).execution_options(populate_existing=True)
    )


def _whole(query: Select[tuple[Intake]]) -> Select[tuple[Intake]]:
    return query.options(
        selectinload(Intake.history),
        selectinload(Intake.notes),
        selectinload(Intake.deliveries),
        selectinload(Intake.related),
    )
