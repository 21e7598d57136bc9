"""How much waits and who has how much in hand."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from api.intakes.lifecycle import OPEN
from api.intakes.models import QUEUES, Intake, IntakeStatus, Urgency
from api.intakes.queues import visible_to
from api.people.models import Person


class TeamLoad(NamedTuple):
    """How much waits in one team: all, those in crisis, and those whose term has passed."""

    team: str | None
    waiting: int
    crisis: int
    late: int


class PersonLoad(NamedTuple):
    """How many residents one person helps, and with how many of them the first contact is late."""

    name: str
    team: str | None
    helps: int
    late: int


async def waiting_by_team(session: AsyncSession, person: Person, at: dt.datetime) -> Sequence[TeamLoad]:
    """What waits in each team whose queue this person may see; `None` is what has no team yet."""
    rows = await session.execute(
        visible_to(person)
        .with_only_columns(
            Intake.team, func.count(), _number_of(Intake.urgency == Urgency.CRISIS), _number_of(Intake.due_at < at)
        )
        .where(text(QUEUES["waiting"]))
        .group_by(Intake.team)
    )
    return [TeamLoad(*row) for row in rows]


async def work_by_person(session: AsyncSession, person: Person, at: dt.datetime) -> Sequence[PersonLoad]:
    """Who helps how many residents, among the intakes that this person may see."""
    rows = await session.execute(
        visible_to(person)
        .join(Person, Person.id == Intake.assignee_id)
        .with_only_columns(
            Person.name,
            Person.team,
            func.count(),
            _number_of((Intake.due_at < at) & (Intake.status != IntakeStatus.IN_PROGRESS)),
        )
        .where(text(QUEUES["taken"]))
        .group_by(Person.id, Person.name, Person.team)
        .order_by(Person.team, Person.name)
    )
    return [PersonLoad(*row) for row in rows]


async def due_by_person(
    session: AsyncSession, now: dt.datetime, until: dt.datetime
) -> Sequence[tuple[Person, int, int]]:
    """Everybody with first contacts that are late now, or due before `until`: the person and both numbers. For reminders."""
    late, due = Intake.due_at < now, (Intake.due_at >= now) & (Intake.due_at <= until)
    rows = await session.execute(
        select(Person, _number_of(late), _number_of(due))
        .join(Intake, Intake.assignee_id == Person.id)
        .where(Intake.status == IntakeStatus.CLAIMED, Intake.due_at <= until, Person.active)
        .group_by(Person.id)
    )
    return [(person, int(late), int(due)) for person, late, due in rows]


async def open_by_assignee(session: AsyncSession) -> dict[uuid.UUID, int]:
    """How many open intakes each professional has in hand."""
    rows = await session.execute(
        select(Intake.assignee_id, func.count())
        .where(Intake.assignee_id.is_not(None), Intake.status.in_(OPEN))
        .group_by(Intake.assignee_id)
    )
    return {person_id: number for person_id, number in rows.tuples() if person_id is not None}


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
