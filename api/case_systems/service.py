"""What happens to deliveries: they begin with an intake, are tried again by a person, and are taken back with it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.case_systems import repository
from api.case_systems.mail import TO
from api.case_systems.models import REFERRAL, Delivery, DeliveryStatus
from api.case_systems.schemas import CaseStatus
from api.case_systems.webhook import HANDLED, STATUS, TOLD_AT
from api.errors import Conflict, Forbidden, NotFound
from api.people.models import Person, Role
from api.privacy import audit
from api.privacy.audit import Verb
from api.privacy.pseudonyms import redact
from organisation import Catalogue
from organisation.model import Referral

if TYPE_CHECKING:
    from api.intakes.models import Intake

MAY_RETRY = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
AGAIN = {DeliveryStatus.FAILED: DeliveryStatus.WAITING, DeliveryStatus.ERASE_FAILED: DeliveryStatus.ERASING}
# A system may tell us how it stands before we heard that the question arrived.
KNOWN_THERE = frozenset({DeliveryStatus.WAITING, DeliveryStatus.DELIVERED, DeliveryStatus.FAILED})
MOST = 200


class Deliveries:
    """Deliveries within one transaction."""

    def __init__(self, session: AsyncSession, catalogue: Catalogue) -> None:
        self._session = session
        self._catalogue = catalogue

    async def begin(self, intake: Intake) -> None:
        """Puts an intake in the outbox of every system the catalogue sends it to, in the transaction that makes the intake."""
        for system in self._catalogue.case_systems.of(intake.service, intake.area, intake.team):
            await repository.add(
                self._session,
                Delivery(intake_id=intake.id, reference=intake.reference, system=system.slug, name=system.name),
            )

    async def refer(self, intake: Intake, other: Referral) -> None:
        """Tells the organisation that is referred to by mail, when it has an address; that it was told before does not count."""
        if not other.email:
            return
        before = [one for one in await repository.of_intake(self._session, intake.id) if one.system == REFERRAL]
        for delivery in before:
            await repository.remove(self._session, delivery)
        await repository.add(
            self._session,
            Delivery(
                intake_id=intake.id,
                reference=intake.reference,
                system=REFERRAL,
                name=other.name,
                steps={TO: other.email},
            ),
        )

    async def look_soon(self, intake: Intake) -> None:
        """Makes known over there that the question was closed here, or goes on."""
        for delivery in await repository.of_intake(self._session, intake.id):
            if delivery.status is DeliveryStatus.DELIVERED:
                delivery.next_at = clock.now()

    async def take_back(self, intake: Intake) -> None:
        """Erases the intake wherever it was sent, or may have been sent."""
        for delivery in await repository.of_intake(self._session, intake.id):
            if delivery.status in {DeliveryStatus.ERASED, DeliveryStatus.ERASING}:
                continue
            never_tried = not (delivery.steps or delivery.attempts or delivery.leased_until or delivery.delivered_at)
            if delivery.status is DeliveryStatus.WAITING and never_tried:
                delivery.status, delivery.next_at = DeliveryStatus.ERASED, None
                continue
            delivery.status, delivery.attempts, delivery.problem = DeliveryStatus.ERASING, 0, None
            delivery.next_at = clock.now()

    async def told(self, system: str, news: CaseStatus, at: int) -> None:
        """Keeps what a system says of a question; the worker makes it known. Raises `NotFound`. What is older than what we know is dropped.

        `at` is in seconds since 1970: the same message twice, or two in the wrong order, change nothing.
        """
        delivery = await repository.sent(self._session, system, news.reference)
        if delivery is None or delivery.status not in KNOWN_THERE:
            raise NotFound("Deze vraag is niet naar dit systeem gestuurd.")
        if at <= int(delivery.steps.get(TOLD_AT, "0")):
            return
        status, _ = redact(news.status)
        handled = "yes" if news.handled else ""
        delivery.steps = {**delivery.steps, STATUS: status, HANDLED: handled, TOLD_AT: str(at)}
        if delivery.next_at is not None and delivery.status is DeliveryStatus.DELIVERED:
            delivery.next_at = clock.now()

    async def troubled(self, person: Person) -> Sequence[Delivery]:
        """What did not arrive, for who looks after it. Raises `Forbidden`."""
        self._require(person)
        return await repository.troubled(self._session, MOST)

    async def retry(self, person: Person, delivery_id: uuid.UUID) -> Delivery:
        """Tries again at once, with a whole schedule ahead. Raises `Forbidden`, `NotFound`, and `Conflict` when it did not fail."""
        self._require(person)
        return await self.again(person, delivery_id)

    async def again(self, person: Person, delivery_id: uuid.UUID) -> Delivery:
        """The same for whoever is known to have to do with it. Raises `NotFound` and `Conflict`."""
        delivery = await repository.lock(self._session, delivery_id)
        if delivery is None:
            raise NotFound("Deze bezorging is er niet.")
        if delivery.status in AGAIN:
            delivery.status = AGAIN[delivery.status]
        elif delivery.status not in AGAIN.values():
            raise Conflict("Deze bezorging is niet mislukt.")
        delivery.attempts, delivery.next_at, delivery.problem = 0, clock.now(), None
        audit.record(self._session, by=person.id, verb=Verb.RETRIED, of=("delivery", delivery.id))
        return delivery

    def _require(self, person: Person) -> None:
        if person.role not in MAY_RETRY:
            raise Forbidden("Alleen een coördinator of beheerder ziet wat niet is bezorgd.")
