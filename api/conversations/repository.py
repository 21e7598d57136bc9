"""All SQL about conversations. A resident's query always starts from the token: without it there is no conversation."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation, Kind, Message, Owner, Sender, Status, Turn, TurnKind, TurnStatus
from api.database import Base

MOST_AT_ONCE = 500
"""How many conversations one question names; databases take some thousands of values."""


async def by_token(session: AsyncSession, conversation_id: uuid.UUID, token_hash: str) -> Conversation | None:
    """The conversation, for the one who holds its token."""
    return (
        await session.scalars(
            select(Conversation).where(Conversation.id == conversation_id, Conversation.token_hash == token_hash)
        )
    ).one_or_none()


async def lock(session: AsyncSession, conversation: Conversation) -> None:
    """Makes other writers of this conversation wait until this transaction ends, and reads it as it is now.

    SQLite has one writer at a time anyway and ignores the clause.
    """
    await session.refresh(conversation, with_for_update=True)


async def get(session: AsyncSession, conversation_id: uuid.UUID) -> Conversation | None:
    """The conversation, for our own processes."""
    return await session.get(Conversation, conversation_id)


async def next_seq(session: AsyncSession, conversation_id: uuid.UUID) -> int:
    """Takes the next number of this conversation; two writers never get the same one, and a rollback gives it back."""
    seq = await session.scalar(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(last_seq=Conversation.last_seq + 1)
        .returning(Conversation.last_seq)
        .execution_options(synchronize_session=False)
    )
    assert seq is not None, "a message needs a conversation"
    return seq


async def by_client_id(
    session: AsyncSession, conversation_id: uuid.UUID, client_message_id: uuid.UUID
) -> Message | None:
    """The message that was stored under the sender's own id."""
    return (
        await session.scalars(
            select(Message).where(
                Message.conversation_id == conversation_id, Message.client_message_id == client_message_id
            )
        )
    ).one_or_none()


async def messages_after(session: AsyncSession, conversation_id: uuid.UUID, seq: int) -> Sequence[Message]:
    """The messages later than `seq`, in order."""
    rows = await session.scalars(
        select(Message).where(Message.conversation_id == conversation_id, Message.seq > seq).order_by(Message.seq)
    )
    return rows.all()


async def message_at(session: AsyncSession, conversation_id: uuid.UUID, seq: int) -> Message:
    """The message with this number. Raises `NoResultFound` when there is none."""
    rows = await session.scalars(select(Message).where(Message.conversation_id == conversation_id, Message.seq == seq))
    return rows.one()


async def last_senders(session: AsyncSession, conversation_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Sender]:
    """Who spoke last in each of these conversations, notices of the system left out."""
    spoken = (
        select(Message.conversation_id, func.max(Message.seq).label("seq"))
        .where(Message.conversation_id.in_(conversation_ids), Message.sender != Sender.SYSTEM)
        .group_by(Message.conversation_id)
        .subquery()
    )
    rows = await session.execute(
        select(Message.conversation_id, Message.sender).join(
            spoken, (spoken.c.conversation_id == Message.conversation_id) & (spoken.c.seq == Message.seq)
        )
    )
    return dict(rows.tuples().all())


async def open_choices(session: AsyncSession, conversation_id: uuid.UUID) -> dict[str, tuple[str, str]]:
    """The choices that can still be taken, id to (label, payload): those offered since the resident last spoke."""
    spoken = (
        select(func.coalesce(func.max(Message.seq), 0))
        .where(Message.conversation_id == conversation_id, Message.sender == Sender.RESIDENT)
        .scalar_subquery()
    )
    rows = await session.scalars(
        select(Message.choices).where(Message.conversation_id == conversation_id, Message.seq > spoken)
    )
    return {choice["id"]: (choice["label"], choice["payload"]) for choices in rows for choice in choices}


async def states(session: AsyncSession, conversation_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[object, ...]]:
    """What changes with everything a reader can see, for those of these conversations that are still there."""
    found: dict[uuid.UUID, tuple[object, ...]] = {}
    for start in range(0, len(conversation_ids), MOST_AT_ONCE):
        rows = await session.execute(
            select(Conversation.id, Conversation.last_seq, Conversation.owner_version, Conversation.language).where(
                Conversation.id.in_(conversation_ids[start : start + MOST_AT_ONCE])
            )
        )
        found |= {row.id: tuple(row) for row in rows}
    return found


async def has_pending_turn(session: AsyncSession, conversation_id: uuid.UUID) -> bool:
    """Whether the assistant still owes an answer here."""
    return bool(
        await session.scalar(
            select(
                exists().where(
                    Turn.conversation_id == conversation_id,
                    Turn.status == TurnStatus.PENDING,
                    Turn.kind == TurnKind.ANSWER,
                )
            )
        )
    )


async def take_turns(
    session: AsyncSession, at: dt.datetime, lease_seconds: float, limit: int, conversation_id: uuid.UUID | None = None
) -> Sequence[Turn]:
    """Takes turns that nobody works on, those that wait longest first; they are ours until the lease ends."""
    of_one = [Turn.conversation_id == conversation_id] if conversation_id else []
    return await _take(
        session, at, lease_seconds, limit, or_(Turn.leased_until.is_(None), Turn.leased_until < at), *of_one
    )


async def take_late_turns(
    session: AsyncSession, at: dt.datetime, lease_seconds: float, limit: int, arrived: tuple[dt.datetime, dt.datetime]
) -> Sequence[Turn]:
    """Takes turns that wait for an answer since between these moments, and that nobody has worked on yet."""
    after, before = arrived
    waiting = (Turn.kind == TurnKind.ANSWER, Turn.attempts == 0, Turn.created_at > after, Turn.created_at < before)
    return await _take(session, at, lease_seconds, limit, Turn.leased_until.is_(None), *waiting)


async def _take(
    session: AsyncSession, at: dt.datetime, lease_seconds: float, limit: int, *which: ColumnElement[bool]
) -> Sequence[Turn]:
    """Only the oldest of each conversation, so that answers come in the order of the questions.

    What another process is taking at this moment is passed over; SQLite has one writer at a time and ignores the clause.
    """
    earlier = Turn.__table__.alias("earlier")
    rows = await session.scalars(
        select(Turn)
        .where(
            Turn.status == TurnStatus.PENDING,
            *which,
            ~exists().where(
                earlier.c.conversation_id == Turn.conversation_id,
                earlier.c.status == TurnStatus.PENDING,
                earlier.c.seq < Turn.seq,
            ),
        )
        .order_by(Turn.created_at, Turn.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    turns = rows.all()
    for turn in turns:
        turn.leased_until = at + dt.timedelta(seconds=lease_seconds)
        turn.attempts += 1
    await session.flush()
    return turns


async def leave_to_watch(session: AsyncSession, turn_id: uuid.UUID) -> None:
    """The answer came too late to be said; what it was an answer to is still looked at for danger."""
    await session.execute(
        update(Turn)
        .where(Turn.id == turn_id, Turn.status == TurnStatus.PENDING)
        .values(kind=TurnKind.WATCH, leased_until=None, attempts=0)
    )


async def give_back(session: AsyncSession, turn_id: uuid.UUID) -> None:
    """Ends the lease of a turn that was not answered: whoever looks next takes it. The attempt does not count."""
    await session.execute(
        update(Turn)
        .where(Turn.id == turn_id, Turn.status == TurnStatus.PENDING)
        .values(leased_until=None, attempts=Turn.attempts - 1)
    )


async def end_leases(session: AsyncSession, before: dt.datetime) -> None:
    """Whoever took a turn until before this moment is dead: it can be taken now. The attempts count."""
    await session.execute(
        update(Turn)
        .where(Turn.status == TurnStatus.PENDING, Turn.leased_until < before)
        .values(leased_until=None)
        .execution_options(synchronize_session=False)
    )


async def crises_since(session: AsyncSession, conversation_id: uuid.UUID, at: dt.datetime) -> Sequence[str]:
    """The texts about danger that the resident got since then."""
    rows = await session.scalars(
        select(Message.text).where(
            Message.conversation_id == conversation_id, Message.kind == Kind.CRISIS, Message.created_at >= at
        )
    )
    return rows.all()


async def finish_turn(session: AsyncSession, turn_id: uuid.UUID, status: TurnStatus) -> bool:
    """Ends a turn. False when it was ended already or its conversation is gone."""
    result = await session.execute(
        update(Turn).where(Turn.id == turn_id, Turn.status == TurnStatus.PENDING).values(status=status)
    )
    return _changed_one(result)


async def only_watch(session: AsyncSession, conversation_id: uuid.UUID) -> None:
    """The assistant owes no answers here any more; whether somebody is in danger is still looked at, also for what waits."""
    await session.execute(
        update(Turn)
        .where(
            Turn.conversation_id == conversation_id,
            Turn.status == TurnStatus.PENDING,
            Turn.kind == TurnKind.ANSWER,
        )
        .values(kind=TurnKind.WATCH, leased_until=None, attempts=0)
    )


async def change_owner(
    session: AsyncSession, conversation: Conversation, owner: Owner, status: Status, professional_id: uuid.UUID | None
) -> bool:
    """Passes the conversation on, if it is still as `conversation` says. False when somebody else changed it first."""
    result = await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation.id, Conversation.owner_version == conversation.owner_version)
        .values(
            owner=owner,
            status=status,
            owner_version=Conversation.owner_version + 1,
            professional_id=professional_id,
        )
        .execution_options(synchronize_session=False)
    )
    if not _changed_one(result):
        return False
    await session.refresh(conversation)
    return True


async def still_the_assistants(session: AsyncSession, conversation_id: uuid.UUID, version: int) -> bool:
    """Whether the assistant may still speak, and keeps it so until this transaction ends (the row is written)."""
    result = await session.execute(
        update(Conversation)
        .where(
            Conversation.id == conversation_id,
            Conversation.owner == Owner.ASSISTANT,
            Conversation.status == Status.OPEN,
            Conversation.owner_version == version,
        )
        .values(owner_version=version)
        .execution_options(synchronize_session=False)
    )
    return _changed_one(result)


async def add(session: AsyncSession, *rows: Base) -> None:
    """Stores new rows, and finds out at once when one clashes."""
    session.add_all(rows)
    await session.flush()


async def erase(session: AsyncSession, conversation_id: uuid.UUID) -> None:
    """Removes the conversation and all that hangs on it, by the database's own cascade."""
    await session.execute(delete(Conversation).where(Conversation.id == conversation_id))


def _changed_one(result: object) -> bool:
    assert isinstance(result, CursorResult)
    return bool(result.rowcount == 1)


async def count_turns_under_way(session: AsyncSession) -> int:
    """How many messages of residents the assistant still has to answer."""
    return await session.scalar(select(func.count(Turn.id)).where(Turn.status == TurnStatus.PENDING)) or 0
