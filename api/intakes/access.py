"""Reading a story without being the one who helps: a volunteer to whom a coordinator gave it, or somebody who breaks the glass."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Sequence

from sqlalchemy import ForeignKey, UniqueConstraint, delete, or_, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import Select

from api import clock
from api.database import Base, UtcDateTime, enum_column
from api.errors import BadRequest, Forbidden, NotFound
from api.intakes.models import Intake
from api.notices.service import Notices
from api.people import repository as people
from api.people.models import Person, Role
from api.privacy import audit
from api.privacy.audit import Verb

GLASS_MINUTES = 60
MAY_BREAK_GLASS = frozenset({Role.PROFESSIONAL, Role.COORDINATOR})


class AccessKind(enum.StrEnum):
    """Why somebody may read it."""

    SHARED = "shared"
    GLASS = "glass"


class IntakeAccess(Base):
    """One person who may read one story. Why stands in the audit log."""

    __tablename__ = "intake_accesses"
    __table_args__ = (UniqueConstraint("intake_id", "person_id", "kind"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    intake_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("intakes.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    kind: Mapped[AccessKind] = mapped_column(enum_column(AccessKind))
    given_by: Mapped[uuid.UUID]
    given_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)
    until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


def readable_by(person: Person) -> Select[tuple[uuid.UUID]]:
    """The intakes this person may read now without helping."""
    return select(IntakeAccess.intake_id).where(
        IntakeAccess.person_id == person.id, or_(IntakeAccess.until.is_(None), IntakeAccess.until > clock.now())
    )


async def may_read(session: AsyncSession, person: Person, intake: Intake) -> bool:
    """Whether this person may read this story now without helping."""
    return await session.scalar(readable_by(person).where(IntakeAccess.intake_id == intake.id)) is not None


async def break_glass(session: AsyncSession, person: Person, intake: Intake, reason: str) -> None:
    """Opens the story to this person for an hour. The privacy officer gets a mail, and sees who did it and why. Raises `Forbidden`."""
    if person.role not in MAY_BREAK_GLASS:
        raise Forbidden("Dit kan alleen wie met inwoners werkt.")
    await session.execute(
        delete(IntakeAccess).where(
            IntakeAccess.intake_id == intake.id,
            IntakeAccess.person_id == person.id,
            IntakeAccess.kind == AccessKind.GLASS,
        )
    )
    until = clock.now() + dt.timedelta(minutes=GLASS_MINUTES)
    session.add(
        IntakeAccess(intake_id=intake.id, person_id=person.id, kind=AccessKind.GLASS, given_by=person.id, until=until)
    )
    await session.flush()
    audit.record(session, by=person.id, verb=Verb.BROKE_GLASS, of=("intake", intake.id), reason=reason)
    await Notices(session).glass(intake)


async def share(session: AsyncSession, by: Person, intake: Intake, volunteer_id: uuid.UUID) -> None:
    """Lets a volunteer read it until it is taken back. Raises `Forbidden` and `BadRequest`."""
    _require_coordinator(by)
    volunteer = await people.get(session, volunteer_id)
    if volunteer is None or volunteer.role is not Role.VOLUNTEER or not volunteer.active:
        raise BadRequest("Kies een vrijwilliger die nu meewerkt.")
    if await may_read(session, volunteer, intake):
        return
    session.add(
        IntakeAccess(intake_id=intake.id, person_id=volunteer.id, kind=AccessKind.SHARED, given_by=by.id, until=None)
    )
    await session.flush()
    audit.record(session, by=by.id, verb=Verb.SHARED, of=("intake", intake.id), change=(None, f"person {volunteer.id}"))


async def shared_with(session: AsyncSession, intake: Intake) -> Sequence[Person]:
    """The volunteers who may read it now, by name."""
    rows = await session.scalars(
        select(Person)
        .join(IntakeAccess, IntakeAccess.person_id == Person.id)
        .where(IntakeAccess.intake_id == intake.id, IntakeAccess.kind == AccessKind.SHARED)
        .order_by(Person.name, Person.id)
    )
    return rows.all()


async def unshare(session: AsyncSession, by: Person, intake: Intake, volunteer_id: uuid.UUID) -> None:
    """Takes it back at once. Raises `Forbidden`, and `NotFound` when this volunteer does not have it."""
    _require_coordinator(by)
    result = await session.execute(
        delete(IntakeAccess).where(
            IntakeAccess.intake_id == intake.id,
            IntakeAccess.person_id == volunteer_id,
            IntakeAccess.kind == AccessKind.SHARED,
        )
    )
    assert isinstance(result, CursorResult)
    if not result.rowcount:
        raise NotFound("Deze vrijwilliger heeft deze vraag niet.")
    audit.record(
        session, by=by.id, verb=Verb.UNSHARED, of=("intake", intake.id), change=(f"person {volunteer_id}", None)
    )


def _require_coordinator(person: Person) -> None:
    if person.role is not Role.COORDINATOR:
        raise Forbidden("Alleen een coördinator deelt een vraag met een vrijwilliger.")
