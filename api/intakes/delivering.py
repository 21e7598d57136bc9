"""Brings intakes to the other case systems, asks how they stand there, and erases them there: the work behind the outbox."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.background import Backoff, Worker
from api.case_systems import repository as rows
from api.case_systems.interface import Case, CaseSystem, NotNow, Refused, RemoteStatus, Steps
from api.case_systems.models import Delivery, DeliveryStatus, Told
from api.conversations.live import LiveHub
from api.conversations.service import Conversations
from api.database import Database, undisturbed
from api.intakes import repository
from api.intakes.base import SYSTEM, IntakeWork
from api.intakes.lifecycle import CLAIMABLE, OPEN, Change
from api.intakes.models import Intake, IntakeStatus, Urgency
from api.privacy import audit
from api.privacy.audit import Verb
from organisation import Catalogue

log = structlog.get_logger()

MINUTE, HOUR = 60.0, 3600.0
# Soon at first, then over two days: 47 hours and 51 minutes in all. After that a person has to look.
SCHEDULE = Backoff(
    (
        1 * MINUTE,
        5 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        1 * HOUR,
        2 * HOUR,
        4 * HOUR,
        8 * HOUR,
        12 * HOUR,
        20 * HOUR,
    )
)
# So that what failed together does not come back together.
SPREAD = 0.1
TELL_AFTER_FAILURES = 3
"""From then on the resident hears that it takes long: after some twenty minutes."""
ATTEMPT_SECONDS = 120.0
LOOK_EVERY = dt.timedelta(minutes=15)
URGENCY_WORDS = {
    Urgency.NORMAL: "Gewoon.",
    Urgency.SOON: "Met voorrang.",
    Urgency.URGENT: "Dringend.",
    Urgency.CRISIS: "Crisis: nu.",
}
# What a system that answers something unexpected makes our reading of it raise.
UNEXPECTED = (KeyError, IndexError, TypeError, ValueError, AttributeError)


class Delivering:
    """The background work of one process on the outbox."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        live: LiveHub,
        systems: Mapping[str, CaseSystem],
        *,
        look_again_seconds: float = 5.0,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._live = live
        self._systems = systems
        self.worker: Worker[Delivery] = Worker(
            "deliveries", database, self._take, self.do, at_once=4, look_again_seconds=look_again_seconds
        )

    async def close(self) -> None:
        """Gives the connections of all systems back."""
        for system in self._systems.values():
            await system.close()

    async def do(self, delivery: Delivery) -> None:
        """Does what one delivery asks for now."""
        match delivery.status:
            case DeliveryStatus.WAITING:
                await self._attempt(delivery, self._send(delivery))
            case DeliveryStatus.ERASING:
                await self._attempt(delivery, self._erase(delivery))
            case DeliveryStatus.DELIVERED:
                await self._attempt(delivery, self._look(delivery))
            case _:
                await undisturbed(self._finish(delivery, _rest))

    async def _take(self, session: AsyncSession, limit: int) -> Sequence[Delivery]:
        return await rows.take_due(session, clock.now(), limit)

    async def _attempt(self, delivery: Delivery, work: Awaitable[Callable[[_Outcome], Awaitable[None]]]) -> None:
        """Does the work with the other system, then writes down what came of it."""
        try:
            async with self.worker.patience(asyncio.get_running_loop().time() + ATTEMPT_SECONDS):
                then = await work
        except Refused as refused:
            then = _gave_up(str(refused))
        except (NotNow, TimeoutError) as error:
            then = _rest if self.worker.stopping else _failed(str(error) or "timeout")
        except UNEXPECTED as error:
            then = _failed(f"unexpected answer: {type(error).__name__}")
        await undisturbed(self._finish(delivery, then))

    async def _finish(self, taken: Delivery, then: Callable[[_Outcome], Awaitable[None]]) -> None:
        async with self._database.write() as session:
            # The intake first: who takes it back locks them in this order too.
            intake = await repository.lock(session, taken.intake_id) if taken.intake_id else None
            delivery = await rows.lock(session, taken.id)
            if delivery is None:
                return
            delivery.leased_until = None
            overtaken = delivery.status is not taken.status
            await then(_Outcome(session, self._catalogue, self._live, delivery, intake, overtaken=overtaken))

    async def _send(self, delivery: Delivery) -> Callable[[_Outcome], Awaitable[None]]:
        async with self._database.read() as session:
            intake = await repository.get(session, delivery.intake_id) if delivery.intake_id else None
            case = case_of(self._catalogue, intake) if intake and intake.status is not IntakeStatus.WITHDRAWN else None
        if case is None:
            return _take_back
        external_id = await self._system(delivery).deliver(case, self._steps(delivery))
        return _delivered(external_id)

    async def _erase(self, delivery: Delivery) -> Callable[[_Outcome], Awaitable[None]]:
        await self._system(delivery).erase(delivery.reference, self._steps(delivery))
        return _erased

    async def _look(self, delivery: Delivery) -> Callable[[_Outcome], Awaitable[None]]:
        try:
            return _looked(await self._system(delivery).status(self._steps(delivery)))
        except (NotNow, Refused) as error:
            log.warning("case_status_not_read", system=delivery.system, reason=str(error))
            return _looked(None)

    def _system(self, delivery: Delivery) -> CaseSystem:
        system = self._systems.get(delivery.system)
        if system is None:
            raise Refused("not in case_systems.yml any more")
        return system

    def _steps(self, delivery: Delivery) -> Steps:
        async def write(step: str, made: str) -> None:
            async with self._database.write() as session:
                row = await rows.lock(session, delivery.id)
                if row is not None:
                    row.steps = {**row.steps, step: made}

        async def remember(step: str, made: str) -> None:
            await undisturbed(write(step, made))

        return Steps(delivery.steps, remember)


def case_of(catalogue: Catalogue, intake: Intake) -> Case:
    """What goes to another system, as the intake is now."""
    service = catalogue.services.get(intake.service or "")
    team = catalogue.teams.get(intake.team or "")
    return Case(
        reference=intake.reference,
        subject=service.name if service else "Vraag om een medewerker",
        service=intake.service,
        area=intake.area,
        team=intake.team,
        team_name=team.name if team else None,
        urgency=" ".join([URGENCY_WORDS[intake.urgency], *(intake.reasons or [])]),
        due_at=intake.due_at,
        created_at=intake.created_at,
        language=intake.language,
        summary=intake.summary,
        name=intake.contact_name,
        phone=intake.contact_phone,
        email=intake.contact_email,
        contact_preference=intake.contact_preference,
    )


class _Outcome(IntakeWork):
    """One delivery and its intake, locked, to write down what came of an attempt."""

    def __init__(
        self,
        session: AsyncSession,
        catalogue: Catalogue,
        live: LiveHub,
        delivery: Delivery,
        intake: Intake | None,
        *,
        overtaken: bool,
    ) -> None:
        super().__init__(session, catalogue, live)
        self.session = session
        self.delivery = delivery
        self.intake = intake
        self.overtaken = overtaken
        """Whether it was taken back while it was being sent: then erasing comes next, whatever came of the sending."""

    async def write_down(self, action: str, detail: str) -> None:
        """A line in the history of the intake."""
        if self.intake is not None:
            await self.append(self.intake, SYSTEM, action, detail)

    async def tell(self, key: str, **values: str) -> None:
        """Tells the resident, when people work in that system and so this is the resident's business."""
        system = self._catalogue.case_systems.systems.get(self.delivery.system)
        if system is None or not system.tell_resident or self.intake is None or self.intake.status not in OPEN:
            return
        conversation = await self.conversation_of(self.intake)
        if conversation is not None:
            text = self._catalogue.text(
                key, conversation.language, reference=self.intake.reference, system=self.delivery.name, **values
            )
            await Conversations(self.session, self._catalogue, self._live).notice(conversation, text)

    async def close_here(self) -> None:
        """It was handled over there: nobody needs to pick it up here."""
        if self.intake is not None and self.intake.status in CLAIMABLE and self.intake.assignee_id is None:
            await self.tell("case_handled")
            await self.change(self.intake, Change.CLOSE_ELSEWHERE, SYSTEM, "case_handled", self.delivery.name)


async def _rest(outcome: _Outcome) -> None:
    """Nothing to write down: whoever looks next takes it."""


async def _take_back(outcome: _Outcome) -> None:
    outcome.delivery.status, outcome.delivery.attempts = DeliveryStatus.ERASING, 0


async def _erased(outcome: _Outcome) -> None:
    delivery = outcome.delivery
    delivery.status, delivery.next_at, delivery.problem = DeliveryStatus.ERASED, None, None
    delivery.steps, delivery.external_id = {}, None
    await outcome.write_down("case_erased", delivery.name)


def _delivered(external_id: str) -> Callable[[_Outcome], Awaitable[None]]:
    async def then(outcome: _Outcome) -> None:
        delivery = outcome.delivery
        delivery.external_id, delivery.delivered_at = external_id, clock.now()
        if outcome.overtaken:
            return
        delivery.attempts, delivery.problem = 0, None
        delivery.status, delivery.next_at = DeliveryStatus.DELIVERED, clock.now() + LOOK_EVERY
        audit.record(outcome.session, by=audit.SYSTEM, verb=Verb.DELIVERED, of=("delivery", delivery.id))
        await outcome.write_down("case_delivered", delivery.name)
        if delivery.told in {Told.DELAYED, Told.FAILED}:
            await outcome.tell("case_delivered")
        delivery.told = Told.DELIVERED

    return then


def _failed(reason: str) -> Callable[[_Outcome], Awaitable[None]]:
    async def then(outcome: _Outcome) -> None:
        delivery = outcome.delivery
        if outcome.overtaken:
            return
        delivery.attempts += 1
        delivery.problem = reason[:200]
        log.warning("case_not_delivered", system=delivery.system, attempts=delivery.attempts, reason=reason)
        next_at = SCHEDULE.next_try(delivery.attempts, clock.now())
        if next_at is None:
            await _gave_up(reason)(outcome)
            return
        delivery.next_at = clock.now() + (next_at - clock.now()) * random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311
        if (
            delivery.attempts >= TELL_AFTER_FAILURES
            and delivery.told is Told.NOTHING
            and delivery.status is DeliveryStatus.WAITING
        ):
            await outcome.tell("case_delayed")
            delivery.told = Told.DELAYED

    return then


def _gave_up(reason: str) -> Callable[[_Outcome], Awaitable[None]]:
    async def then(outcome: _Outcome) -> None:
        delivery = outcome.delivery
        if outcome.overtaken:
            return
        delivery.problem, delivery.next_at = reason[:200], None
        log.error("case_given_up", system=delivery.system, reason=reason)
        if delivery.status is DeliveryStatus.ERASING:
            delivery.status = DeliveryStatus.ERASE_FAILED
            return
        delivery.status = DeliveryStatus.FAILED
        await outcome.write_down("case_failed", delivery.name)
        if outcome.intake is not None and outcome.intake.status in OPEN:
            outcome.intake.escalated_at = outcome.intake.escalated_at or clock.now()
        await outcome.tell("case_failed")
        delivery.told = Told.FAILED

    return then


def _looked(status: RemoteStatus | None) -> Callable[[_Outcome], Awaitable[None]]:
    async def then(outcome: _Outcome) -> None:
        delivery = outcome.delivery
        if outcome.overtaken:
            return
        ended = outcome.intake is None or outcome.intake.status not in OPEN
        delivery.next_at = None if ended or (status and status.handled) else clock.now() + LOOK_EVERY
        if status is None or status.text == delivery.remote_status:
            return
        delivery.remote_status = status.text[:100]
        await outcome.write_down("case_status", f"{delivery.name}: {status.text}"[:200])
        if status.handled:
            await outcome.close_here()
        else:
            await outcome.tell("case_status", status=status.text)

    return then
