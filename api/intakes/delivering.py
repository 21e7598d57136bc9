"""Brings intakes to the other case systems, asks how they stand there, and erases them there: the work behind the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.background import Worker
from api.case_systems import repository as rows
from api.case_systems.interface import CaseSystem, NotNow, Refused, Steps
from api.case_systems.models import Delivery, DeliveryStatus
from api.conversations.live import LiveHub
from api.database import Database, undisturbed
from api.intakes import repository
from api.intakes.cases import case_of
from api.intakes.models import IntakeStatus
from api.intakes.outcomes import (
    CLOSED,
    HERE,
    STILL_OPEN,
    Outcome,
    Then,
    delivered,
    erased,
    failed,
    gave_up,
    later,
    looked,
    rest,
    take_back,
)
from organisation import Catalogue

log = structlog.get_logger()

ATTEMPT_SECONDS = 120.0
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
                await self._attempt(delivery, self._send)
            case DeliveryStatus.ERASING:
                await self._attempt(delivery, self._erase)
            case DeliveryStatus.DELIVERED:
                await self._attempt(delivery, self._look)
            case _:
                await undisturbed(self._finish(delivery, rest))

    async def _take(self, session: AsyncSession, limit: int) -> Sequence[Delivery]:
        return await rows.take_due(session, clock.now(), limit)

    async def _attempt(self, delivery: Delivery, work: Callable[[Delivery], Awaitable[Then]]) -> None:
        """Does the work with the other system, then writes down what came of it."""
        try:
            async with self.worker.patience(asyncio.get_running_loop().time() + ATTEMPT_SECONDS):
                then = await work(delivery)
        except Refused as refused:
            then = gave_up(str(refused))
        except (NotNow, TimeoutError) as error:
            then = rest if self.worker.stopping else failed(str(error) or "timeout")
        except UNEXPECTED as error:
            then = failed(f"unexpected answer: {type(error).__name__}")
        await undisturbed(self._finish(delivery, then))

    async def _finish(self, taken: Delivery, then: Then) -> None:
        async with self._database.write() as session:
            # The intake first: who takes it back locks them in this order too.
            intake = await repository.lock(session, taken.intake_id) if taken.intake_id else None
            delivery = await rows.lock(session, taken.id)
            if delivery is None:
                return
            delivery.leased_until = None
            overtaken = delivery.status is not taken.status
            await then(Outcome(session, self._catalogue, self._live, delivery, intake, overtaken=overtaken))

    async def _send(self, delivery: Delivery) -> Then:
        async with self._database.read() as session:
            intake = await repository.get(session, delivery.intake_id) if delivery.intake_id else None
            there = intake is not None and intake.status is not IntakeStatus.WITHDRAWN
            case = case_of(self._catalogue, intake, delivery.system) if intake and there else None
        if case is None:
            return take_back
        external_id = await self._system(delivery).deliver(case, self._steps(delivery))
        return delivered(external_id)

    async def _erase(self, delivery: Delivery) -> Then:
        await self._system(delivery).erase(delivery.reference, self._steps(delivery))
        return erased

    async def _look(self, delivery: Delivery) -> Then:
        steps = self._steps(delivery)
        try:
            if await self._says_how_it_stands(delivery, steps):
                return looked(None)
            return looked(await self._system(delivery).status(steps))
        except NotNow as error:
            log.warning("case_status_not_read", system=delivery.system, reason=str(error))
            return later
        except Refused as error:
            log.warning("case_status_not_read", system=delivery.system, reason=str(error))
            return looked(None)

    async def _says_how_it_stands(self, delivery: Delivery, steps: Steps) -> bool:
        """Tells the other system that the question was closed here or goes on, unless it knows. Whether it is closed."""
        async with self._database.read() as session:
            intake = await repository.get(session, delivery.intake_id) if delivery.intake_id else None
        if intake is None or intake.status is IntakeStatus.WITHDRAWN:
            return False
        closed = intake.status is IntakeStatus.CLOSED
        now = CLOSED if closed else STILL_OPEN
        if (steps.get(HERE) or STILL_OPEN) != now:
            await self._system(delivery).stands(delivery.reference, steps, closed=closed)
            await steps.keep(HERE, now)
        return closed

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
