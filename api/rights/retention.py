"""Lets go of what is past its term (`retention.yml` of the catalogue), kind by kind, with a line of proof without content."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.background import Worker
from api.case_systems.service import Deliveries
from api.conversations.models import Conversation, Feedback
from api.database import Base, Database
from api.intakes.models import Intake
from api.notices.models import Notice
from api.people.models import SignIn
from api.privacy import audit
from api.privacy.audit import Verb
from api.rights import repository
from api.rights.forgetting import forget_soon
from organisation import Catalogue

log = structlog.get_logger()

BATCH = 100
# In local time: when nobody waits for an answer, and before the daily backup of most organisations.
HOUR = 3
GIVEN_UP_AFTER_HOURS = 2
Remove = Callable[[AsyncSession, Sequence[Any]], Awaitable[int]]


@dataclass(frozen=True)
class Rule:
    """One kind of data: which rows are past their term, and how they go."""

    name: str
    past: Callable[[dt.datetime], Select[Any]]
    remove: Remove


class Retention:
    """Looks at every kind once a night, or when somebody asks."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self._database = database
        self._catalogue = catalogue
        self.worker: Worker[dt.date] = Worker(
            "retention", database, self._take, self._night, at_once=1, look_again_seconds=600.0
        )

    async def run(self, *, dry: bool = False) -> dict[str, int]:
        """How many of each kind went, or would go. In small transactions: nobody waits for it, and stopping half-way does no harm."""
        removed = {}
        for rule in self._rules():
            since = clock.now() - dt.timedelta(days=self._catalogue.retention_days[rule.name])
            removed[rule.name] = await (self._count(rule, since) if dry else self._apply(rule, since))
        return removed

    def _rules(self) -> tuple[Rule, ...]:
        # Intakes before conversations: an intake that goes takes nothing of a conversation with it, and the other way round.
        return (
            Rule("intakes", repository.finished_intakes, self._rows(Intake)),
            Rule("conversations_handed_over", repository.finished_conversations, self._conversations),
            Rule("conversations", repository.quiet_conversations, self._conversations),
            Rule("feedback", repository.old_feedback, self._rows(Feedback)),
            Rule("sessions", repository.ended_sessions, self._rows(SignIn)),
            Rule("mails_to_people", repository.old_notices, self._rows(Notice)),
            Rule("audit_log", repository.old_audit_lines, _audit_lines),
        )

    async def _count(self, rule: Rule, since: dt.datetime) -> int:
        async with self._database.read() as session:
            return len((await session.scalars(rule.past(since))).all())

    async def _apply(self, rule: Rule, since: dt.datetime) -> int:
        total = 0
        while True:
            async with self._database.write() as session:
                ids = (await session.scalars(rule.past(since).limit(BATCH))).all()
                gone = await rule.remove(session, ids) if ids else 0
                if gone:
                    audit.record(
                        session,
                        by=audit.SYSTEM,
                        verb=Verb.EXPIRED,
                        of=("retention", rule.name),
                        change=(None, str(gone)),
                    )
            total += gone
            if len(ids) < BATCH:
                return total

    def _rows(self, table: type[Base]) -> Remove:
        async def remove(session: AsyncSession, ids: Sequence[Any]) -> int:
            if table is Intake:
                await self._intakes_go(session, ids)
            return await repository.remove_rows(session, table, ids)

        return remove

    async def _intakes_go(self, session: AsyncSession, ids: Sequence[Any]) -> None:
        for intake_id in ids:
            intake = await session.get(Intake, intake_id)
            assert intake is not None
            if self._catalogue.erase_in_case_systems:
                await Deliveries(session, self._catalogue).take_back(intake)
            audit.record(session, by=audit.SYSTEM, verb=Verb.EXPIRED, of=("intake", intake_id))

    async def _conversations(self, session: AsyncSession, ids: Sequence[Any]) -> int:
        gone = await repository.remove_rows(session, Conversation, ids)
        for conversation_id in ids:
            await forget_soon(session, conversation_id)
            audit.record(session, by=audit.SYSTEM, verb=Verb.EXPIRED, of=("conversation", conversation_id))
        return gone

    async def _take(self, session: AsyncSession, _: int) -> Sequence[dt.date]:
        now = clock.now()
        local = now.astimezone(ZoneInfo(self._catalogue.organisation.timezone))
        if local.hour < HOUR:
            return []
        given_up = now - dt.timedelta(hours=GIVEN_UP_AFTER_HOURS)
        try:
            async with session.begin_nested():
                begun = await repository.begin_run(session, local.date(), now, given_up)
        except IntegrityError:  # another process began at this very moment
            return []
        return [local.date()] if begun else []

    async def _night(self, day: dt.date) -> None:
        removed = await self.run()
        async with self._database.write() as session:
            await repository.end_run(session, day, clock.now(), removed)
        async with self._database.read() as session:
            end = await audit.verify(session)
        # The end of the chain in the log of the machine: kept elsewhere than the database, it shows whether the last lines were cut off.
        log.info("retention_done", removed=removed, audit_end=f"{end.seq}:{end.hash}", audit_problem=end.problem)


async def _audit_lines(session: AsyncSession, ids: Sequence[Any]) -> int:
    return await repository.remove_audit_lines(session, max(ids))
