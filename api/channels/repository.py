"""All SQL about the way of messages out. For a person every query starts from the intakes that person may know of."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from api.conversations.models import DeliveryStatus, Message, MessageDelivery, Sender
from api.intakes.models import Intake

LOST = (DeliveryStatus.UNCERTAIN, DeliveryStatus.UNDELIVERABLE)


def due(channel: str, at: dt.datetime, limit: int) -> Select[tuple[MessageDelivery]]:
    """What is to be sent now: only the oldest of each conversation, so that messages go out in order.

    The cost may not grow with what was sent before or with what waits behind it (tests/api/channels/test_queue.py): the index
    ix_message_deliveries_due gives the rows in this order, and the oldest of a conversation is one look into
    ix_message_deliveries_order. As `NOT EXISTS` PostgreSQL made it a join with all that is queued.
    """
    earlier = aliased(MessageDelivery)
    oldest = (
        select(func.min(earlier.seq))
        .where(
            earlier.conversation_id == MessageDelivery.conversation_id,
            earlier.channel == MessageDelivery.channel,
            earlier.status == DeliveryStatus.QUEUED,
        )
        .scalar_subquery()
    )
    return (
        select(MessageDelivery)
        .where(
            MessageDelivery.channel == channel,
            MessageDelivery.status == DeliveryStatus.QUEUED,
            MessageDelivery.due_at <= at,
            MessageDelivery.seq == oldest,
        )
        .order_by(MessageDelivery.due_at, MessageDelivery.seq)
        .limit(limit)
        .with_for_update(of=MessageDelivery, skip_locked=True)
    )


async def take_due(
    session: AsyncSession, channel: str, at: dt.datetime, lease_seconds: float, limit: int
) -> Sequence[tuple[MessageDelivery, bool]]:
    """Takes what is to be sent now, and says of each whether its last sender died while sending.

    What another process is taking at this moment is passed over; SQLite has one writer at a time and ignores the clause.
    """
    rows = await session.scalars(due(channel, at, limit))
    taken = [(delivery, delivery.sending) for delivery in rows]
    for delivery, _ in taken:
        delivery.sending = True
        delivery.attempts += 1
        delivery.due_at = at + dt.timedelta(seconds=lease_seconds)
    await session.flush()
    return taken


async def message_of(session: AsyncSession, delivery: MessageDelivery) -> tuple[Message, bool]:
    """What is to be sent, and whether the resident has spoken since: then its buttons are of no use any more."""
    later = aliased(Message)
    row = (
        await session.execute(
            select(
                Message,
                exists().where(
                    later.conversation_id == Message.conversation_id,
                    later.sender == Sender.RESIDENT,
                    later.seq > Message.seq,
                ),
            ).where(Message.id == delivery.message_id)
        )
    ).one()
    return row[0], row[1]


async def keep(session: AsyncSession, delivery_id: uuid.UUID, **values: object) -> bool:
    """Writes down what became of a delivery that was being sent. False when it is gone: the conversation was erased."""
    result = await session.execute(
        update(MessageDelivery)
        .where(MessageDelivery.id == delivery_id, MessageDelivery.status == DeliveryStatus.QUEUED)
        .values(sending=False, **values)
        .execution_options(synchronize_session=False)
    )
    return _changed(result) == 1


async def end_leases(session: AsyncSession, channel: str, at: dt.datetime) -> None:
    """Whoever was sending is dead: that it was (`sending`) stays, and can be told now."""
    await session.execute(
        update(MessageDelivery)
        .where(
            MessageDelivery.channel == channel, MessageDelivery.status == DeliveryStatus.QUEUED, MessageDelivery.sending
        )
        .values(due_at=at)
        .execution_options(synchronize_session=False)
    )


async def hold_back(session: AsyncSession, conversation_id: uuid.UUID, channel: str, until: dt.datetime) -> None:
    """Keeps the next messages of this conversation for a moment: services refuse who sends too fast to one chat."""
    await session.execute(
        update(MessageDelivery)
        .where(
            MessageDelivery.conversation_id == conversation_id,
            MessageDelivery.channel == channel,
            MessageDelivery.status == DeliveryStatus.QUEUED,
            MessageDelivery.due_at < until,
        )
        .values(due_at=until)
        .execution_options(synchronize_session=False)
    )


async def give_up(session: AsyncSession, conversation_id: uuid.UUID, channel: str, reason: str) -> int:
    """Nothing can be sent to this resident any more: ends all that waits. Gives how many."""
    result = await session.execute(
        update(MessageDelivery)
        .where(
            MessageDelivery.conversation_id == conversation_id,
            MessageDelivery.channel == channel,
            MessageDelivery.status == DeliveryStatus.QUEUED,
        )
        .values(status=DeliveryStatus.UNDELIVERABLE, reason=reason, sending=False)
        .execution_options(synchronize_session=False)
    )
    return _changed(result)


async def open_keyboards(session: AsyncSession, conversation_id: uuid.UUID) -> list[str]:
    """The messages there that still show buttons, by the number the other service gave them. They count as used from now."""
    rows = await session.scalars(
        update(MessageDelivery)
        .where(MessageDelivery.conversation_id == conversation_id, MessageDelivery.keyboard)
        .values(keyboard=False)
        .returning(MessageDelivery.external_id)
        .execution_options(synchronize_session=False)
    )
    return [number for number in rows if number is not None]


async def deliveries_of(session: AsyncSession, conversation_id: uuid.UUID) -> dict[int, MessageDelivery]:
    """What is known of each pushed message of a conversation, by its seq."""
    rows = await session.scalars(select(MessageDelivery).where(MessageDelivery.conversation_id == conversation_id))
    return {delivery.seq: delivery for delivery in rows}


async def lost(session: AsyncSession, limit: int = 200) -> Sequence[tuple[MessageDelivery, Message, Intake | None]]:
    """What did not arrive, or perhaps not, newest first, with the last intake of its conversation. For a coordinator."""
    last = (
        select(Intake.id)
        .where(Intake.conversation_id == MessageDelivery.conversation_id)
        .order_by(Intake.created_at.desc())
        .limit(1)
        .correlate(MessageDelivery)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(MessageDelivery, Message, Intake)
        .join(Message, Message.id == MessageDelivery.message_id)
        .outerjoin(Intake, Intake.id == last)
        .where(MessageDelivery.status.in_(LOST))
        .order_by(MessageDelivery.created_at.desc())
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def count_queued(session: AsyncSession) -> int:
    """How many still have to go out."""
    queued = MessageDelivery.status == DeliveryStatus.QUEUED
    return await session.scalar(select(func.count(MessageDelivery.id)).where(queued)) or 0


async def count_lost(session: AsyncSession) -> int:
    """How many did not arrive, or perhaps not."""
    return await session.scalar(select(func.count(MessageDelivery.id)).where(MessageDelivery.status.in_(LOST))) or 0


async def get(session: AsyncSession, delivery_id: uuid.UUID) -> MessageDelivery | None:
    """One delivery, kept from other writers until this transaction ends."""
    return await session.get(MessageDelivery, delivery_id, with_for_update=True)


def _changed(result: object) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount
