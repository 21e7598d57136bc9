"""What is written down and told when an attempt at another case system has come to something."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.background import Backoff
from api.case_systems.interface import RemoteStatus
from api.case_systems.models import Delivery, DeliveryStatus, Told
from api.conversations.live import LiveHub
from api.conversations.service import Conversations
from api.intakes.base import SYSTEM, IntakeWork
from api.intakes.lifecycle import CLAIMABLE, OPEN, Change
from api.intakes.models import Intake, IntakeStatus
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
LOOK_EVERY = dt.timedelta(minutes=15)
HERE, STILL_OPEN, CLOSED = "here", "open", "closed"
"""The step that says how the other system last heard that the question stands here, and what it holds."""


class Outcome(IntakeWork):
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


Then = Callable[[Outcome], Awaitable[None]]


async def rest(outcome: Outcome) -> None:
    """Nothing to write down: whoever looks next takes it."""


async def later(outcome: Outcome) -> None:
    """It could not be asked or told how it stands: again in a while, also when it is over here."""
    if not outcome.overtaken:
        outcome.delivery.next_at = clock.now() + LOOK_EVERY


async def take_back(outcome: Outcome) -> None:
    """It is there no more, or must not be sent: erasing comes next."""
    outcome.delivery.status, outcome.delivery.attempts = DeliveryStatus.ERASING, 0


async def erased(outcome: Outcome) -> None:
    """Nothing of it is over there any more."""
    delivery = outcome.delivery
    delivery.status, delivery.next_at, delivery.problem = DeliveryStatus.ERASED, None, None
    delivery.steps, delivery.external_id = {}, None
    await outcome.write_down("case_erased", delivery.name)


def delivered(external_id: str) -> Then:
    """It is there, under this id."""

    async def then(outcome: Outcome) -> None:
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


def failed(reason: str) -> Then:
    """Not now: again later, or given up when the schedule is over."""

    async def then(outcome: Outcome) -> None:
        delivery = outcome.delivery
        if outcome.overtaken:
            return
        delivery.attempts += 1
        delivery.problem = reason[:200]
        log.warning("case_not_delivered", system=delivery.system, attempts=delivery.attempts, reason=reason)
        next_at = SCHEDULE.next_try(delivery.attempts, clock.now())
        if next_at is None:
            await gave_up(reason)(outcome)
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


def gave_up(reason: str) -> Then:
    """Not without a person: marked for the coordinator, and said to the resident."""

    async def then(outcome: Outcome) -> None:
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


def looked(status: RemoteStatus | None) -> Then:
    """How it stands over there; None when that is no news or could not be read."""

    async def then(outcome: Outcome) -> None:
        delivery = outcome.delivery
        if outcome.overtaken:
            return
        intake = outcome.intake
        # Closed while we looked, and not said over there yet: look again.
        unsaid = intake is not None and intake.status is IntakeStatus.CLOSED and delivery.steps.get(HERE) != CLOSED
        ended = intake is None or intake.status not in OPEN
        over = (ended and not unsaid) or (status is not None and status.handled)
        delivery.next_at = None if over else clock.now() + LOOK_EVERY
        if status is None or status.text == delivery.remote_status:
            return
        delivery.remote_status = status.text[:100]
        await outcome.write_down("case_status", f"{delivery.name}: {status.text}"[:200])
        if status.handled:
            await outcome.close_here()
        else:
            await outcome.tell("case_status", status=status.text)

    return then
