"""What a person may see of the intakes, and the pages of a queue. Every query for a person starts here."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, false, func, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from api.intakes.access import readable_by
from api.intakes.lifecycle import CLAIMABLE, OPEN
from api.intakes.models import QUEUES, Intake
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
