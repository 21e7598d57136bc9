"""All SQL about notices."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.notices.models import WAITING, Notice, NoticeChoice, NoticeKind, NoticeStatus
from api.people.models import Person


async def add(session: AsyncSession, notices: Sequence[Notice]) -> None:
    """Stores notices, those that were made before left out. Two statements, however many people get one."""
    keys = [notice.key for notice in notices]
    made = set(await session.scalars(select(Notice.key).where(Notice.key.in_(keys))))
    session.add_all(notice for notice in notices if notice.key not in made)
    await session.flush()


async def wanting(session: AsyncSession, people: Sequence[Person], kind: NoticeKind) -> Sequence[Person]:
    """Those of these people who want this kind of mail."""
    unwanted = await session.scalars(
        select(NoticeChoice.person_id).where(
            NoticeChoice.person_id.in_([person.id for person in people]), NoticeChoice.unwanted == kind
        )
    )
    declined = set(unwanted)
    return [person for person in people if person.id not in declined]


async def unwanted_by(session: AsyncSession, person_id: uuid.UUID) -> set[NoticeKind]:
    """What this person does not want mail about."""
    return set(await session.scalars(select(NoticeChoice.unwanted).where(NoticeChoice.person_id == person_id)))


async def choose(session: AsyncSession, person_id: uuid.UUID, unwanted: Iterable[NoticeKind]) -> None:
    """Replaces what this person does not want."""
    await session.execute(delete(NoticeChoice).where(NoticeChoice.person_id == person_id))
    session.add_all(NoticeChoice(person_id=person_id, unwanted=kind) for kind in unwanted)
    await session.flush()


async def take(session: AsyncSession, at: dt.datetime, lease: dt.timedelta, limit: int) -> Sequence[Notice]:
    """Takes notices that are due, oldest first; they are ours until the lease ends."""
    rows = await session.scalars(
        select(Notice)
        .where(text(WAITING), Notice.due_at <= at)
        .order_by(Notice.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    notices = rows.all()
    for notice in notices:
        notice.due_at = at + lease
        notice.attempts += 1
    await session.flush()
    return notices


async def finish(session: AsyncSession, notice_id: uuid.UUID, status: NoticeStatus, due_at: dt.datetime) -> None:
    """Writes down how it went; a notice that waits is tried again at `due_at`."""
    await session.execute(
        update(Notice).where(Notice.id == notice_id, text(WAITING)).values(status=status, due_at=due_at)
    )


async def forget(session: AsyncSession, before: dt.datetime) -> None:
    """Removes what was made before this moment."""
    await session.execute(delete(Notice).where(Notice.created_at < before))


async def counts(session: AsyncSession) -> dict[NoticeStatus, int]:
    """How many there are of each status, for the administrator's page."""
    rows = await session.execute(select(Notice.status, func.count()).group_by(Notice.status))
    return dict(rows.tuples().all())


async def count_waiting(session: AsyncSession) -> int:
    """How many mails still have to go out."""
    return await session.scalar(select(func.count(Notice.id)).where(Notice.status == NoticeStatus.WAITING)) or 0
