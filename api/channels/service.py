"""What people may see and do about messages that go out through somebody else's service."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.channels import repository
from api.conversations import repository as conversation_rows
from api.conversations.live import LiveHub
from api.conversations.models import Conversation, DeliveryStatus
from api.errors import Conflict, Forbidden, NotFound
from api.intakes import repository as intake_rows
from api.people.models import Person, Role
from api.privacy import audit
from api.privacy.audit import Verb


class MessageDeliveries:
    """Deliveries within one transaction."""

    def __init__(self, session: AsyncSession, live: LiveHub) -> None:
        self._session = session
        self._live = live

    async def retry(self, person: Person, delivery_id: uuid.UUID) -> None:
        """Sends a lost message once more: by whoever helps, or a coordinator. An uncertain one may then come twice: a person decides.

        Raises `NotFound` when this person has nothing to do with it and `Conflict` when it is on its way or has arrived.
        """
        delivery = await repository.get(self._session, delivery_id)
        if delivery is None or not await self._concerns(person, delivery.conversation_id):
            raise NotFound("Dit bericht is er niet (meer), of hoort bij een vraag van iemand anders.")
        if delivery.status not in repository.LOST:
            raise Conflict("Dit bericht is al verstuurd of wordt nog verstuurd. U hoeft niets te doen.")
        delivery.status, delivery.reason = DeliveryStatus.QUEUED, None
        delivery.attempts, delivery.parts_sent, delivery.due_at = 0, 0, clock.now()
        await self._session.flush()
        audit.record(self._session, by=person.id, verb=Verb.RETRIED, of=("message", delivery.id))
        self._live.tell_on_commit(self._session, LiveHub.OUTBOX)

    async def _concerns(self, person: Person, conversation_id: uuid.UUID) -> bool:
        if person.role is Role.COORDINATOR:
            return True
        intakes = await intake_rows.of_conversation(self._session, conversation_id)
        return any(intake.assignee_id == person.id for intake in intakes)


def check_coordinator(person: Person) -> None:
    """Raises `Forbidden` for who does not watch over the queues."""
    if person.role is not Role.COORDINATOR:
        raise Forbidden("Alleen een coördinator ziet welke berichten niet aankwamen.")


async def conversation_of(session: AsyncSession, conversation_id: uuid.UUID | None) -> Conversation | None:
    """The conversation of an intake, if it is still there."""
    return await conversation_rows.get(session, conversation_id) if conversation_id else None
