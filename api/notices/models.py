"""A mail that somebody gets, and what somebody does not want mail about."""

from __future__ import annotations

import datetime as dt
import enum
import uuid

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api import clock
from api.database import Base, UtcDateTime, enum_column

WAITING = "status = 'waiting'"


class NoticeKind(enum.StrEnum):
    """What the mail is about."""

    NEW_QUESTION = "new_question"
    TRANSFERRED = "transferred"
    CRISIS = "crisis"
    ESCALATED = "escalated"
    GLASS = "glass"
    DAILY = "daily"


class NoticeStatus(enum.StrEnum):
    """Where the mail stands. `FAILED`: refused for good, or a day old."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Notice(Base):
    """One mail to one person. `key` makes it one, however often its reason is seen. It holds no word about a resident."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_waiting", "due_at", sqlite_where=text(WAITING), postgresql_where=text(WAITING)),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    kind: Mapped[NoticeKind] = mapped_column(enum_column(NoticeKind))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    reference: Mapped[str | None] = mapped_column(String(20))
    late: Mapped[int] = mapped_column(default=0)
    today: Mapped[int] = mapped_column(default=0)
    """How many first contacts are late, and how many are due today: for the daily mail."""
    status: Mapped[NoticeStatus] = mapped_column(enum_column(NoticeStatus), default=NoticeStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)
    """When it is tried next; while a process sends it, when another may take it over."""


class NoticeChoice(Base):
    """A kind of mail that somebody does not want. Without a row they get it; a crisis comes always."""

    __tablename__ = "notice_choices"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    unwanted: Mapped[NoticeKind] = mapped_column(enum_column(NoticeKind), primary_key=True)
