"""All SQL about intakes. Every query for a person starts from what that person may see."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, case, false, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from api.database import Base
from api.intakes.lifecycle import CLAIMABLE, OPEN
from api.intakes.models import Intake, IntakeStatus, Urgency
from api.intakes.schemas import IntakeFilter
from api.people.models import Person, Role

_PRESSING = case({urgency: place for place, urgency in enumerate(reversed(Urgency))}, value=Intake.urgency)


def visible_to(person: Person) -> Select[tuple[Intake]]:
    """The intakes whose queue fields this person may see: those of the own team, all of them for a coordinator, none for others."""
    query = select(Intake)
    match person.role:
        case Role.COORDINATOR:
            return query
        case Role.PROFESSIONAL if person.team is not None:
            return query.where(Intake.team == person.team)
        case _:
            return query.where(false())


async def queue(session: AsyncSession, person: Person, wanted: IntakeFilter, limit: int = 200) -> Sequence[Intake]:
    """What this person may pick from, most pressing first; without a status the open ones."""
    query = visible_to(person).where(Intake.status.in_(wanted.status or OPEN))
    if wanted.service:
        query = query.where(Intake.service == wanted.service)
    if wanted.area:
        query = query.where(Intake.area == wanted.area)
    if wanted.urgency:
        query = query.where(Intake.urgency == wanted.urgency)
    if wanted.mine:
        query = query.where(Intake.assignee_id == person.id)
    rows = await session.scalars(query.order_by(_PRESSING, Intake.due_at, Intake.id).limit(limit))
    return rows.all()


async def find(session: AsyncSession, person: Person, intake_id: uuid.UUID) -> Intake | None:
    """The intake with history and notes, if this person may know it is there."""
    return (await session.scalars(_whole(visible_to(person)).where(Intake.id == intake_id))).one_or_none()


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


async def claim(session: AsyncSession, intake: Intake, person: Person) -> bool:
    """Takes the intake in one conditional update. False when somebody else has it or it cannot be claimed."""
    result = await session.execute(
        update(Intake)
        .where(Intake.id == intake.id, Intake.assignee_id.is_(None), Intake.status.in_(CLAIMABLE))
        .values(assignee_id=person.id, status=IntakeStatus.CLAIMED)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    await reload(session, intake)
    return bool(result.rowcount == 1)


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
    return query.options(selectinload(Intake.history), selectinload(Intake.notes))
