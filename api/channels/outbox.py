"""Sends messages through a channel that pushes: in order in each conversation, again when that is safe, and honestly when it is not known.

Who is sending says so in the row first. A process that dies while it sends leaves that behind, and nobody knows whether the message went:
it is `uncertain`, as after an answer that got lost, and is not sent again by itself.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.background import Backoff, Worker
from api.channels import repository
from api.conversations.live import LiveHub
from api.conversations.models import DeliveryStatus, Kind, Message, MessageDelivery, Sender
from api.database import Database
from api.intakes.signals import IntakeSignals

log = structlog.get_logger()

# Two hours of patience with a network or a service that is away; then a person has to know.
BACKOFF = Backoff((1, 2, 5, 15, 60, 300, 900, 1800, 3600))
LEASE_SECONDS = 120.0
AT_ONCE = 32
# Each message sent and each pause that ends wakes; under load that is many times this.
GATHER_SECONDS = 0.05
INTERRUPTED, GAVE_UP = "interrupted", "gave_up"


@dataclass(frozen=True)
class Letter:
    """One message on its way out."""

    delivery_id: uuid.UUID
    conversation_id: uuid.UUID
    seq: int
    sender: Sender
    sender_name: str
    kind: Kind
    text: str
    choices: tuple[tuple[str, str], ...]
    """The buttons that can still be used: id and label."""
    parts_sent: int
    attempts: int
    interrupted: bool


@dataclass(frozen=True)
class Receipt:
    """It went out; with `doubt` perhaps not all of it arrived, and that word says why."""

    external_id: str | None
    keyboard: bool = False
    doubt: str | None = None


class NotSent(Exception):
    """It did not go out, and can be tried again; `parts_sent` parts of it did. `after` is what the other service asked for (s)."""

    def __init__(self, reason: str, parts_sent: int, after: float | None = None) -> None:
        super().__init__(reason)
        self.parts_sent = parts_sent
        self.after = after


class Undeliverable(Exception):
    """It cannot go out, now or later. With `for_all` nothing can reach this resident here any more."""

    def __init__(self, reason: str, *, for_all: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_all = for_all


class Channel(Protocol):
    """What a channel has to be able to do."""

    name: str
    seconds_between: float
    """The least time between two messages in one conversation."""

    async def send(self, letter: Letter) -> Receipt:
        """Sends one message. Raises `NotSent` or `Undeliverable`."""
        ...


class Outbox:
    """The background work of one process for one channel."""

    def __init__(self, channel: Channel, database: Database, live: LiveHub) -> None:
        self._channel = channel
        self._database = database
        self._live = live
        self.worker = Worker(
            f"outbox of {channel.name}",
            database,
            self._take,
            self._send,
            at_once=AT_ONCE,
            gather_seconds=GATHER_SECONDS,
            reclaim=self._end_leases,
        )
        live.on(LiveHub.OUTBOX, self.worker.wake)

    async def _take(self, session: AsyncSession, limit: int) -> Sequence[Letter]:
        taken = await repository.take_due(session, self._channel.name, clock.now(), LEASE_SECONDS, limit)
        letters = []
        for delivery, interrupted in taken:
            message, answered = await repository.message_of(session, delivery)
            letters.append(_letter(delivery, message, answered=answered, interrupted=interrupted))
        return letters

    async def _end_leases(self, session: AsyncSession) -> None:
        await repository.end_leases(session, self._channel.name, clock.now())

    async def _send(self, letter: Letter) -> None:
        if letter.interrupted:
            await self._lost(letter, DeliveryStatus.UNCERTAIN, INTERRUPTED)
            return
        try:
            receipt = await self._channel.send(letter)
        except Undeliverable as error:
            await self._lost(letter, DeliveryStatus.UNDELIVERABLE, error.reason, for_all=error.for_all)
        except NotSent as error:
            await self._again(letter, error)
        else:
            await self._sent(letter, receipt)

    async def _sent(self, letter: Letter, receipt: Receipt) -> None:
        now = clock.now()
        status = DeliveryStatus.UNCERTAIN if receipt.doubt else DeliveryStatus.SENT
        async with self._database.write() as session:
            kept = await repository.keep(
                session,
                letter.delivery_id,
                status=status,
                reason=receipt.doubt,
                external_id=receipt.external_id,
                keyboard=receipt.keyboard,
                sent_at=now,
            )
            if not kept:
                return
            pause = now + dt.timedelta(seconds=self._channel.seconds_between)
            await repository.hold_back(session, letter.conversation_id, self._channel.name, pause)
            if receipt.doubt:
                await self._signal(session, letter, status, receipt.doubt)
            self._live.tell_on_commit(session, str(letter.conversation_id))
        self._look_in(self._channel.seconds_between)

    def _look_in(self, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self.worker.wake)

    async def _again(self, letter: Letter, error: NotSent) -> None:
        now = clock.now()
        # What the other service asks of us is no failure of this message, and never makes it a dead letter.
        asked = None if error.after is None else now + dt.timedelta(seconds=error.after)
        due_at = asked or BACKOFF.next_try(letter.attempts, now)
        if due_at is None:
            log.error("message_given_up", channel=self._channel.name, reason=str(error))
            await self._lost(letter, DeliveryStatus.UNDELIVERABLE, GAVE_UP)
            return
        attempts = letter.attempts - 1 if asked else letter.attempts
        log.info("message_again", channel=self._channel.name, reason=str(error), attempts=attempts)
        async with self._database.write() as session:
            await repository.keep(
                session, letter.delivery_id, due_at=due_at, attempts=attempts, parts_sent=error.parts_sent
            )
            await repository.hold_back(session, letter.conversation_id, self._channel.name, due_at)
        self._look_in((due_at - now).total_seconds())

    async def _lost(self, letter: Letter, status: DeliveryStatus, reason: str, *, for_all: bool = False) -> None:
        log.warning("message_lost", channel=self._channel.name, status=status, reason=reason)
        async with self._database.write() as session:
            if not await repository.keep(session, letter.delivery_id, status=status, reason=reason):
                return
            if for_all:
                await repository.give_up(session, letter.conversation_id, self._channel.name, reason)
            await self._signal(session, letter, status, reason)
            self._live.tell_on_commit(session, str(letter.conversation_id))

    async def _signal(self, session: AsyncSession, letter: Letter, status: DeliveryStatus, reason: str) -> None:
        await IntakeSignals(session, self._live).message_not_arrived(letter.conversation_id, status, reason)


def _letter(delivery: MessageDelivery, message: Message, *, answered: bool, interrupted: bool) -> Letter:
    return Letter(
        delivery_id=delivery.id,
        conversation_id=delivery.conversation_id,
        seq=delivery.seq,
        sender=message.sender,
        sender_name=message.sender_name,
        kind=message.kind,
        text=message.text,
        choices=() if answered else tuple((choice["id"], choice["label"]) for choice in message.choices),
        parts_sent=delivery.parts_sent,
        attempts=delivery.attempts,
        interrupted=interrupted,
    )
