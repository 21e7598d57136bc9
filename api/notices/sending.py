"""Background work: sends the mails that are due, and makes the reminders of each working day once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.background import Backoff, Worker
from api.database import Database
from api.intakes import loads
from api.intakes.deadlines import is_working_day
from api.mail import Mailer, MailNotSent, MailRefused
from api.notices import repository
from api.notices.models import Notice, NoticeStatus
from api.notices.service import Notices
from api.notices.wording import mail_for
from api.people import repository as people
from organisation import Catalogue

log = structlog.get_logger()

LEASE = dt.timedelta(seconds=60)
# A mail server may be away for a night; after a day the news is old.
BACKOFF = Backoff((60, 300, 900, 3600, 6 * 3600, 12 * 3600))
LOOK_AGAIN_SECONDS = 5.0
# What could not be sent for a day is no news any more, also when there was no mail server all that time.
TOO_OLD = dt.timedelta(days=1)
# What was sent is kept long enough to answer "did I get a mail?".
KEPT = dt.timedelta(days=30)
REMIND_FROM, REMIND_UNTIL = 7, 12


class NoticeSender:
    """Sends what waits. Where there is no mail server nobody sets it to work, and what waits becomes too old."""

    def __init__(self, database: Database, mailer: Mailer, catalogue: Catalogue, address: str) -> None:
        self._database = database
        self._mailer = mailer
        self._catalogue = catalogue
        self._address = address
        self._reminded: dt.date | None = None
        self.worker: Worker[Notice] = Worker(
            "notices", database, self._take, self._send, look_again_seconds=LOOK_AGAIN_SECONDS
        )

    async def _take(self, session: AsyncSession, limit: int) -> Sequence[Notice]:
        await self._remind(session)
        return await repository.take(session, clock.now(), LEASE, limit)

    async def _send(self, notice: Notice) -> None:
        async with self._database.read() as session:
            person = await people.get(session, notice.person_id)
        status, again = NoticeStatus.SENT, clock.now()
        try:
            if notice.created_at < clock.now() - TOO_OLD:
                raise MailRefused("too old to be news")
            if person is None or not person.active:
                raise MailRefused("nobody works under this address any more")
            await self._mailer.send(mail_for(notice, person, self._catalogue, self._address))
        except MailRefused as error:
            log.warning("notice_refused", notice=str(notice.id), reason=str(error))
            status = NoticeStatus.FAILED
        except MailNotSent as error:
            later = BACKOFF.next_try(notice.attempts, clock.now())
            log.warning("notice_not_sent", notice=str(notice.id), reason=str(error), again=str(later))
            status, again = (NoticeStatus.WAITING, later) if later else (NoticeStatus.FAILED, again)
        async with self._database.write() as session:
            await repository.finish(session, notice.id, status, again)

    async def _remind(self, session: AsyncSession) -> None:
        """Makes the reminders of today, in the morning of a working day. Their keys keep every process from doing it twice."""
        now = clock.now()
        local = now.astimezone(ZoneInfo(self._catalogue.organisation.timezone))
        due = REMIND_FROM <= local.hour < REMIND_UNTIL and is_working_day(local.date())
        if not due or self._reminded == local.date():
            return
        end_of_day = local.replace(hour=23, minute=59, second=59)
        for person, late, today in await loads.due_by_person(session, now, end_of_day):
            await Notices(session).daily(person, local.date(), late, today)
        await repository.forget(session, now - KEPT)
        self._reminded = local.date()
