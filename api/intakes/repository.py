"""All SQL about intakes. Every query for a person starts from what that person may see."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select, text, tuple_, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer, selectinload

from api.database import Base
from api.intakes.access import readable_by
from api.intakes.lifecycle import CLAIMABLE, OPEN
from api.intakes.models import QUEUES, Intake, IntakeStatus, ServiceCorrection, Urgency
from api.intakes.paging import MOST_PRESSING_FIRST, PAGE, Place
from api.intakes.schemas import IntakeFilter
from api.people.models import Person, Role

# Decrypting the stories of a page takes longer than finding it.
_WITHOUT_STORY = [
    defer(column, raiseload=True)
    for column in (
        Intake.summary,
        Intake.place,
        Intake.contact_name,
        Intake.contact_phone,
        Intake.contact_email,
        Intake.contact_preference,
        Intake.consent_text,
        Intake.reasons,
        Intake.facts,
        Intake.concerns,
    )
]


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


def visible_to(person: Person) -> Select[tuple[Intake]]:
    """The intakes whose queue fields this person may see: those of the own team, all for a coordinator, what was shared for a volunteer."""
    query = select(Intake)
    match person.role:
        case Role.COORDINATOR:
            return query
        case Role.PROFESSIONAL if person.team is not None:
            return query.where(Intake.team == person.team)
        case Role.VOLUNTEER:
            return query.where(Intake.id.in_(readable_by(person)))
        case _:
            return query.where(false())


async def references(session: AsyncSession, intake_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The reference of each of these intakes, for who may know that they are there and nothing of what is in them."""
    rows = await session.execute(select(Intake.id, Intake.reference).where(Intake.id.in_(intake_ids)))
    return {row.id: row.reference for row in rows}


async def by_reference(session: AsyncSession, reference: str) -> uuid.UUID | None:
    """The id of the intake with this reference."""
    rows = await session.scalars(select(Intake.id).where(Intake.reference == reference))
    return rows.one_or_none()


def known_to(person: Person) -> Select[tuple[Intake]]:
    """What is visible, and what this person has in hand: somebody who passes an intake on to another team stays until that team comes."""
    visible = visible_to(person)
    if person.role is not Role.PROFESSIONAL or visible.whereclause is None:
        return visible
    return select(Intake).where(or_(visible.whereclause, Intake.assignee_id == person.id))


async def queue(
    session: AsyncSession, person: Person, wanted: IntakeFilter, after: Place | None = None, limit: int = PAGE
) -> tuple[Sequence[Intake], Place | None]:
    """A page of what this person may pick from, most pressing first, and the place where the next page begins.

    Without a status the open ones. One urgency after the other, so that each query reads an index in its own order and stops
    at the limit, however long the queue is. The story stays in the database: a queue does not need it.
    """
    found: list[Intake] = []
    for urgency in MOST_PRESSING_FIRST:
        passed_by = after is not None and MOST_PRESSING_FIRST.index(urgency) < MOST_PRESSING_FIRST.index(after.urgency)
        if passed_by or wanted.urgency not in {None, urgency}:
            continue
        query = _wanted(person, wanted).where(Intake.urgency == urgency)
        if after is not None and urgency is after.urgency:
            query = query.where(tuple_(Intake.due_at, Intake.id) > (after.due_at, after.id))
        query = query.order_by(Intake.due_at, Intake.id).limit(limit + 1 - len(found))
        found += (await session.scalars(query.options(*_WITHOUT_STORY))).all()
        if len(found) > limit:
            return found[:limit], Place.of(found[limit - 1])
    return found, None


async def count(session: AsyncSession, person: Person, wanted: IntakeFilter) -> int:
    """How many `queue` would give on all its pages: never more than this person may see."""
    query = _wanted(person, wanted)
    if wanted.urgency:
        query = query.where(Intake.urgency == wanted.urgency)
    return int(await session.scalar(query.with_only_columns(func.count(Intake.id))) or 0)


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


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _wanted(person: Person, wanted: IntakeFilter) -> Select[tuple[Intake]]:
    query = known_to(person) if wanted.mine else visible_to(person)
    # What is mine is taken: by saying so too, the database finds the short index of what is taken.
    taken = True if wanted.mine else wanted.taken
    if wanted.status:
        query = query.where(Intake.status.in_(wanted.status))
        if taken is not None:
            query = query.where(Intake.assignee_id.is_not(None) if taken else Intake.status.in_(CLAIMABLE))
    elif taken is None:
        query = query.where(Intake.status.in_(OPEN))
    else:
        query = query.where(text(QUEUES["taken" if taken else "waiting"]))
    if wanted.service:
        query = query.where(Intake.service == wanted.service)
    if wanted.area:
        query = query.where(Intake.area == wanted.area)
    return query.where(Intake.assignee_id == person.id) if wanted.mine else query


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


async def open_by_assignee(session: AsyncSession) -> dict[uuid.UUID, int]:
    """How many open intakes each professional has in hand."""
    rows = await session.execute(
        select(Intake.assignee_id, func.count())
        .where(Intake.assignee_id.is_not(None), Intake.status.in_(OPEN))
        .group_by(Intake.assignee_id)
    )
    return {person_id: number for person_id, number in rows.tuples() if person_id is not None}


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
