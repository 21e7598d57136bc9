"""The SQL of residents' rights and of terms. It crosses the rooms: what a resident left behind is in all of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation, Feedback, Message
from api.database import Base
from api.intakes.lifecycle import OPEN
from api.intakes.models import Intake, IntakeEvent
from api.notices.models import Notice
from api.people.models import Person, SignIn
from api.privacy.models import AuditEvent, AuditHead, VaultEntry
from api.rights.models import Forgetting, RetentionRun


async def add(session: AsyncSession, row: Base) -> None:
    """Stores a row, or replaces the one with its key."""
    await session.merge(row)
    await session.flush()


async def forgotten(session: AsyncSession, row: Forgetting, again_at: dt.datetime) -> None:
    """The assistant has forgotten it: the first time it is asked once more later, the second time it is done."""
    this = Forgetting.conversation_id == row.conversation_id
    if row.once:
        await session.execute(delete(Forgetting).where(this))
    else:
        await session.execute(update(Forgetting).where(this).values(once=True, due_at=again_at))


async def take_forgettings(
    session: AsyncSession, now: dt.datetime, until: dt.datetime, limit: int
) -> Sequence[Forgetting]:
    """What is due, leased until that moment."""
    rows = await session.scalars(
        select(Forgetting)
        .where(Forgetting.due_at <= now)
        .order_by(Forgetting.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = rows.all()
    for row in taken:
        row.due_at = until
    await session.flush()
    return taken


async def try_forgetting_again(session: AsyncSession, row: Forgetting, at: dt.datetime) -> None:
    """The assistant did not answer."""
    await session.execute(
        update(Forgetting)
        .where(Forgetting.conversation_id == row.conversation_id)
        .values(due_at=at, attempts=Forgetting.attempts + 1)
    )


async def intake_by_reference(session: AsyncSession, reference: str) -> Intake | None:
    """The intake with this reference, however it was typed."""
    return (await session.scalars(select(Intake).where(Intake.reference == reference.strip().upper()))).one_or_none()


async def conversation_of(session: AsyncSession, intake: Intake) -> Conversation | None:
    """The conversation an intake came from, if it is still there."""
    return await session.get(Conversation, intake.conversation_id) if intake.conversation_id else None


async def feedback_of(session: AsyncSession, conversation_id: uuid.UUID) -> Sequence[Feedback]:
    """What a resident thought of it."""
    return (await session.scalars(select(Feedback).where(Feedback.conversation_id == conversation_id))).all()


async def vault_entries_of(session: AsyncSession, conversation_id: uuid.UUID) -> Sequence[VaultEntry]:
    """What was kept apart from the text."""
    return (await session.scalars(select(VaultEntry).where(VaultEntry.conversation_id == conversation_id))).all()


async def audit_of(session: AsyncSession, intake_ids: Sequence[uuid.UUID]) -> Sequence[tuple[AuditEvent, str | None]]:
    """Who did or read what with these intakes, oldest first, with the name of a person."""
    rows = await session.execute(
        select(AuditEvent)
        .where(AuditEvent.object_kind == "intake", AuditEvent.object_id.in_([str(item) for item in intake_ids]))
        .order_by(AuditEvent.seq)
    )
    events = [row[0] for row in rows]
    people = await session.execute(select(Person.id, Person.name))
    names = {str(person_id): name for person_id, name in people}
    return [(event, names.get(event.actor)) for event in events]


def quiet_conversations(since: dt.datetime) -> Select[tuple[uuid.UUID]]:
    """Conversations without a question that was handed over, in which nothing was said since."""
    handed_over = exists().where(Intake.conversation_id == Conversation.id)
    return select(Conversation.id).where(~handed_over, _last_said() < since)


def finished_conversations(since: dt.datetime) -> Select[tuple[uuid.UUID]]:
    """Conversations whose questions are all over, and in which nothing was said or done since."""
    handed_over = exists().where(Intake.conversation_id == Conversation.id)
    waiting = exists().where(
        Intake.conversation_id == Conversation.id, or_(Intake.status.in_(OPEN), _last_event() >= since)
    )
    return select(Conversation.id).where(handed_over, ~waiting, _last_said() < since)


def finished_intakes(since: dt.datetime) -> Select[tuple[uuid.UUID]]:
    """Questions that are over, with nothing done since."""
    return select(Intake.id).where(Intake.status.not_in(OPEN), _last_event() < since)


def old_feedback(since: dt.datetime) -> Select[tuple[uuid.UUID]]:
    """Feedback from before."""
    return select(Feedback.id).where(Feedback.at < since)


def ended_sessions(since: dt.datetime) -> Select[tuple[uuid.UUID]]:
    """Sessions of people who work here that ended before."""
    return select(SignIn.id).where(SignIn.expires_at < since)


def old_notices(since: dt.datetime) -> Select[tuple[uuid.UUID]]:
    """Mails to people who work here from before."""
    return select(Notice.id).where(Notice.created_at < since)


def old_audit_lines(since: dt.datetime) -> Select[tuple[int]]:
    """Lines of the audit log from before."""
    return select(AuditEvent.seq).where(AuditEvent.at < since).order_by(AuditEvent.seq)


def _last_said() -> ColumnElement[dt.datetime]:
    return func.coalesce(
        select(func.max(Message.created_at)).where(Message.conversation_id == Conversation.id).scalar_subquery(),
        Conversation.created_at,
    )


def _last_event() -> ColumnElement[dt.datetime]:
    return func.coalesce(
        select(func.max(IntakeEvent.at)).where(IntakeEvent.intake_id == Intake.id).scalar_subquery(),
        Intake.created_at,
    )


async def remove_rows(session: AsyncSession, table: type[Base], ids: Sequence[object]) -> int:
    """Removes rows by their id, with what hangs on them."""
    key = table.__mapper__.primary_key[0]
    result = await session.execute(delete(table).where(key.in_(ids)))
    assert isinstance(result, CursorResult)
    return result.rowcount


async def remove_audit_lines(session: AsyncSession, up_to: int) -> int:
    """Removes the front of the chain: first the start moves, then the database lets the lines behind it go."""
    head = (await session.scalars(select(AuditHead).with_for_update())).one()
    last = (await session.scalars(select(AuditEvent).where(AuditEvent.seq == up_to))).one()
    head.start_seq, head.start_hash = last.seq, last.hash
    await session.flush()
    result = await session.execute(delete(AuditEvent).where(AuditEvent.seq <= up_to))
    assert isinstance(result, CursorResult)
    return result.rowcount


async def begin_run(session: AsyncSession, day: dt.date, now: dt.datetime, given_up: dt.datetime) -> bool:
    """Takes the run of a day. False when it was done, or another process is at it."""
    run = await session.get(RetentionRun, day, with_for_update=True)
    if run is None:
        session.add(RetentionRun(day=day, began_at=now))
        await session.flush()
        return True
    if run.ended_at is not None or run.began_at > given_up:
        return False
    run.began_at = now
    return True


async def end_run(session: AsyncSession, day: dt.date, now: dt.datetime, removed: dict[str, int]) -> None:
    """Writes down that a day is done and what went."""
    await session.execute(update(RetentionRun).where(RetentionRun.day == day).values(ended_at=now, removed=removed))


async def last_retention_run(session: AsyncSession) -> RetentionRun | None:
    """The newest night in which what is past its term was to go."""
    rows = await session.scalars(select(RetentionRun).order_by(RetentionRun.day.desc()).limit(1))
    return rows.one_or_none()
