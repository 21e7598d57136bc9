"""Conversations, their messages in one rising order, and the turns that the assistant still owes."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api import clock
from api.database import Base, UtcDateTime, enum_column
from api.privacy.encryption import EncryptedText


class Owner(enum.StrEnum):
    """Who answers the resident."""

    ASSISTANT = "assistant"
    WAITING = "waiting"
    PROFESSIONAL = "professional"


class Status(enum.StrEnum):
    """Whether the conversation goes on."""

    OPEN = "open"
    CLOSED = "closed"


class Sender(enum.StrEnum):
    """Who said it."""

    RESIDENT = "resident"
    ASSISTANT = "assistant"
    PROFESSIONAL = "professional"
    SYSTEM = "system"


class Kind(enum.StrEnum):
    """What a message is, so that a page can show it for what it is."""

    TEXT = "text"
    CRISIS = "crisis"
    NOTICE = "notice"
    SUMMARY = "summary"
    REFERENCE = "reference"


class TurnStatus(enum.StrEnum):
    """Where the assistant's answer to one message stands."""

    PENDING = "pending"
    ANSWERED = "answered"
    DROPPED = "dropped"


class TurnKind(enum.StrEnum):
    """What a message asks of the assistant."""

    ANSWER = "answer"
    WATCH = "watch"
    """A person answers; the assistant only listens whether somebody is in danger."""


class DeliveryStatus(enum.StrEnum):
    """What we know of a message that was sent through somebody else's service."""

    QUEUED = "queued"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    """It may have arrived: the answer got lost. It is not sent again by itself, or it could come twice."""
    UNDELIVERABLE = "undeliverable"


class Conversation(Base):
    """One resident's thread. `owner_version` rises with every change of owner, so a late answer can be told from a timely one."""

    __tablename__ = "conversations"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    owner: Mapped[Owner] = mapped_column(enum_column(Owner), default=Owner.ASSISTANT)
    owner_version: Mapped[int] = mapped_column(default=0)
    status: Mapped[Status] = mapped_column(enum_column(Status), default=Status.OPEN)
    last_seq: Mapped[int] = mapped_column(default=0)
    asked_for: Mapped[str | None] = mapped_column(String(20))
    """What the assistant has just asked (`name`, `contact`): such an answer goes into the vault whole."""
    professional_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)

    def __str__(self) -> str:
        return f"conversation {self.id}"


class Message(Base):
    """One message, never edited. `fingerprint` tells a repeated request from a new one with the same id."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "client_message_id"),
        CheckConstraint("seq > 0", name="seq_from_one"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    seq: Mapped[int]
    sender: Mapped[Sender] = mapped_column(enum_column(Sender))
    sender_name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[Kind] = mapped_column(enum_column(Kind), default=Kind.TEXT)
    text: Mapped[str] = mapped_column(EncryptedText)
    choices: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Offered answers: id (ours, random), label, and the payload that only the assistant gets."""
    chosen_payload: Mapped[str | None] = mapped_column(String(500))
    client_message_id: Mapped[uuid.UUID | None]
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    intake_reference: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)

    def __str__(self) -> str:
        return f"message {self.seq} of conversation {self.conversation_id}"


class Turn(Base):
    """The answer that one resident message asks of the assistant. Written with the message, so a crash cannot lose it."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("conversation_id", "seq"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    seq: Mapped[int]
    kind: Mapped[TurnKind] = mapped_column(enum_column(TurnKind), default=TurnKind.ANSWER)
    status: Mapped[TurnStatus] = mapped_column(enum_column(TurnStatus), default=TurnStatus.PENDING, index=True)
    leased_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)


class MessageDelivery(Base):
    """The way of one message out through one channel that pushes. Written with the message, so a crash cannot lose it.

    The web has none: there the page reads, and a message that is stored is there to be read.
    """

    __tablename__ = "message_deliveries"
    __table_args__ = (
        UniqueConstraint("message_id", "channel"),
        Index("ix_message_deliveries_due", "channel", "status", "due_at", "seq"),
        Index("ix_message_deliveries_order", "conversation_id", "channel", "status", "seq"),
        Index("ix_message_deliveries_lost", "status", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(20))
    seq: Mapped[int]
    status: Mapped[DeliveryStatus] = mapped_column(enum_column(DeliveryStatus), default=DeliveryStatus.QUEUED)
    reason: Mapped[str | None] = mapped_column(String(40))
    """Why it is uncertain or undeliverable, in a word of ours."""
    attempts: Mapped[int] = mapped_column(default=0)
    parts_sent: Mapped[int] = mapped_column(default=0)
    """How many parts of a long message have gone out: the next attempt goes on from there."""
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)
    """Not before this moment; while it is being sent, the end of the lease."""
    sending: Mapped[bool] = mapped_column(default=False)
    external_id: Mapped[str | None] = mapped_column(String(40))
    """The number the other service gave to the last part."""
    keyboard: Mapped[bool] = mapped_column(default=False)
    """Whether buttons stand under it there that have not been used."""
    sent_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)

    def __str__(self) -> str:
        return f"delivery of message {self.seq} of conversation {self.conversation_id}"


class OwnerChange(Base):
    """One change of owner or status: who did it and when. Appended, never edited."""

    __tablename__ = "owner_changes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    owner: Mapped[Owner] = mapped_column(enum_column(Owner))
    status: Mapped[Status] = mapped_column(enum_column(Status))
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)


class Feedback(Base):
    """What a resident thought of the conversation."""

    __tablename__ = "feedback"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    score: Mapped[int]
    text: Mapped[str | None] = mapped_column(EncryptedText)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)
