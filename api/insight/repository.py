"""All SQL of the insight: numbers of a period, never a story, a name or a reference. What was erased is not counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from api.intakes.models import Intake, IntakeEvent, IntakeStatus, Outcome, ServiceCorrection, Urgency

Span = tuple[dt.datetime, dt.datetime]
"""From, and up to but not including."""


async def by(session: AsyncSession, span: Span, column: InstrumentedAttribute[str | None]) -> dict[str | None, int]:
    """How many questions for each value of a column."""
    rows = await session.execute(select(column, func.count()).where(*_asked_in(span)).group_by(column))
    return {row[0]: row[1] for row in rows}


async def by_urgency(session: AsyncSession, span: Span) -> dict[Urgency, int]:
    """How many questions of each urgency."""
    rows = await session.execute(select(Intake.urgency, func.count()).where(*_asked_in(span)).group_by(Intake.urgency))
    return {row[0]: row[1] for row in rows}


async def by_end(session: AsyncSession, span: Span) -> list[tuple[IntakeStatus, Outcome | None, int]]:
    """How many questions stand where, and how those that were closed ended."""
    rows = await session.execute(
        select(Intake.status, Intake.outcome, func.count())
        .where(*_asked_in(span))
        .group_by(Intake.status, Intake.outcome)
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def by_week(session: AsyncSession, weeks: Sequence[dt.datetime], end: dt.datetime) -> list[int]:
    """How many questions in each week; `weeks` are their beginnings, in order, and `end` is the end of the last."""
    # Which day a moment belongs to differs for each place and database, so the bounds come from outside.
    bounds = [*weeks[1:], end]
    week = case(
        *((Intake.created_at < bound, literal(number)) for number, bound in enumerate(bounds)), else_=literal(-1)
    ).label("week")
    numbered = select(week).where(*_asked_in((weeks[0], end))).subquery()
    rows = await session.execute(select(numbered.c.week, func.count()).group_by(numbered.c.week))
    found = {row[0]: row[1] for row in rows}
    return [found.get(number, 0) for number in range(len(weeks))]


async def waits(session: AsyncSession, span: Span) -> list[tuple[dt.datetime, dt.datetime | None]]:
    """When each question was asked and when somebody first picked it up: two moments, and not whose."""
    first = (
        select(IntakeEvent.intake_id, func.min(IntakeEvent.at).label("at"))
        .join(Intake, Intake.id == IntakeEvent.intake_id)
        .where(IntakeEvent.action == "claimed", *_asked_in(span))
        .group_by(IntakeEvent.intake_id)
        .subquery()
    )
    rows = await session.execute(
        select(Intake.created_at, first.c.at)
        .outerjoin(first, first.c.intake_id == Intake.id)
        .where(*_asked_in(span), Intake.status != IntakeStatus.WITHDRAWN)
    )
    return [(row[0], row[1]) for row in rows]


async def corrections(session: AsyncSession, span: Span) -> dict[tuple[str | None, str], int]:
    """How often a professional made another service of what the assistant heard."""
    columns = (ServiceCorrection.heard, ServiceCorrection.right)
    rows = await session.execute(
        select(*columns, func.count())
        .where(ServiceCorrection.at >= span[0], ServiceCorrection.at < span[1])
        .group_by(*columns)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _asked_in(span: Span) -> tuple[ColumnElement[bool], ...]:
    return (Intake.created_at >= span[0], Intake.created_at < span[1])
