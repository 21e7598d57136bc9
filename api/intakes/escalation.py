"""Nobody picked it up in time, or nobody of the team is there: the coordinator hears it, and the resident what happens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.background import Worker
from api.conversations.live import LiveHub
from api.database import Database
from api.intakes import repository
from api.intakes.base import SYSTEM
from api.intakes.deadlines import is_open, opens_at
from api.intakes.lifecycle import CLAIMABLE
from api.intakes.models import Intake, IntakeStatus
from api.intakes.receiving import Receiving
from api.notices.service import Notices
from api.people import repository as people
from organisation import Catalogue
from organisation.wording import DUTCH

LEASE = dt.timedelta(minutes=2)
TOO_LATE, NOBODY_THERE = "nobody_in_time", "team_away"


class Escalations:
    """The background work of one process on questions that wait too long."""

    def __init__(
        self, database: Database, catalogue: Catalogue, live: LiveHub, *, look_again_seconds: float = 20.0
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._live = live
        self.worker: Worker[Intake] = Worker(
            "escalations", database, self._take, self.do, at_once=4, look_again_seconds=look_again_seconds
        )

    async def _take(self, session: AsyncSession, limit: int) -> Sequence[Intake]:
        """The lease is the term itself, put a little later: who dies in between leaves it to the next."""
        taken = await repository.take_unclaimed(session, clock.now(), limit)
        for intake in taken:
            intake.claim_by = clock.now() + LEASE
        return taken

    async def do(self, taken: Intake) -> None:
        """Escalates one intake, unless somebody has picked it up meanwhile."""
        async with self._database.write() as session:
            intake = await repository.lock(session, taken.id)
            if intake is not None and intake.status is IntakeStatus.NEW and intake.reserved_for_id is not None:
                await Escalating(session, self._catalogue, self._live).end_offer(intake)
            elif intake is not None and intake.status in CLAIMABLE and intake.escalated_at is None:
                there = intake.team is not None and await people.somebody_there(session, intake.team, clock.now())
                why = TOO_LATE if there else NOBODY_THERE
                await Escalating(session, self._catalogue, self._live).escalate(intake, why)


class Escalating(Receiving):
    """Escalation within one transaction."""

    async def escalate(self, intake: Intake, why: str) -> None:
        """Marks the intake for the coordinator, and tells the resident, once for each time that it waits."""
        intake.escalated_at, intake.claim_by = clock.now(), None
        await self.append(intake, SYSTEM, "escalated", why)
        await Notices(self._session).escalated(intake)
        conversation = await self.conversation_of(intake)
        # Somebody who is passing it on is still there: the resident does not wait alone.
        if conversation is not None and intake.assignee_id is None:
            await self._conversations.notice(conversation, self._what_happens(intake, conversation.language))

    def _what_happens(self, intake: Intake, language: str) -> str:
        organisation, now = self._catalogue.organisation, clock.now()
        if is_open(organisation, now):
            return self._catalogue.text("intake_waits", language, reference=intake.reference)
        # Where the language has no sentence of its own, Dutch is spoken.
        spoken = language if self._catalogue.speaks(language) else DUTCH
        opens = format_datetime(
            opens_at(organisation, now), "EEEE d MMMM, H:mm", tzinfo=ZoneInfo(organisation.timezone), locale=spoken
        )
        return self._catalogue.text("intake_waits_closed", spoken, reference=intake.reference, opens=opens)
