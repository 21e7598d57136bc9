"""Who gets mail about what. Called within the transaction of the deed, so that there is never one without the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.intakes.models import Intake, Urgency
from api.notices import repository
from api.notices.models import Notice, NoticeKind
from api.people import repository as people
from api.people.models import Person

ALWAYS = frozenset({NoticeKind.CRISIS, NoticeKind.GLASS})
"""What nobody can decline."""


class Notices:
    """Notices within one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def new_question(self, intake: Intake, person: Person | None = None) -> None:
        """Tells the team, or the one person whom it is offered to, that somebody asks for help. In a crisis see `crisis`."""
        if intake.urgency is Urgency.CRISIS:
            await self.crisis(intake)
        else:
            team = [person] if person else await people.on_duty(self._session, intake.team, clock.now())
            await self._tell(team, NoticeKind.NEW_QUESTION, intake)

    async def crisis(self, intake: Intake) -> None:
        """Tells everybody who may come that somebody is in danger, also those who want no mail, and the coordinators."""
        everybody = await people.on_duty(self._session, intake.team, clock.now(), coordinators=True)
        await self._tell(everybody, NoticeKind.CRISIS, intake)

    async def transferred(self, intake: Intake, person: Person | None = None) -> None:
        """Tells the receiver, or the team that the intake has now, that a colleague passed a question on."""
        receivers = [person] if person else await people.on_duty(self._session, intake.team, clock.now())
        await self._tell(receivers, NoticeKind.TRANSFERRED, intake)

    async def escalated(self, intake: Intake) -> None:
        """Tells the coordinators that a question waits too long. A crisis goes to everybody at once: see `crisis`."""
        if intake.urgency is Urgency.CRISIS:
            await self.crisis(intake)
        else:
            await self._tell(await people.coordinators(self._session, clock.now()), NoticeKind.ESCALATED, intake)

    async def glass(self, intake: Intake) -> None:
        """Tells the privacy officers that a story was opened without helping; who did it, and why, is in the audit log."""
        await self._tell(await people.privacy_officers(self._session), NoticeKind.GLASS, intake)

    async def daily(self, person: Person, day: dt.date, late: int, today: int) -> None:
        """Reminds somebody, once a day, of first contacts that are late or due."""
        if late + today and await repository.wanting(self._session, [person], NoticeKind.DAILY):
            key = f"{NoticeKind.DAILY}:{day}:{person.id}"
            notice = Notice(person_id=person.id, kind=NoticeKind.DAILY, late=late, today=today, key=key)
            await repository.add(self._session, [notice])

    async def _tell(self, receivers: Sequence[Person], kind: NoticeKind, intake: Intake) -> None:
        if kind not in ALWAYS:
            receivers = await repository.wanting(self._session, receivers, kind)
        # What comes back to the same person later is news again: the moment tells the one from the other.
        about = f"{kind}:{intake.reference}:{clock.now():%Y%m%dT%H%M%S}"
        notices = [
            Notice(person_id=person.id, kind=kind, reference=intake.reference, key=f"{about}:{person.id}")
            for person in receivers
        ]
        await repository.add(self._session, notices)
