"""The outbox: one row for each intake and system, with a memory of the steps that were done there."""

from __future__ import annotations

import datetime as dt
import enum
import uuid

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api import clock
from api.database import Base, UtcDateTime, enum_column


class DeliveryStatus(enum.StrEnum):
    """Where a delivery stands. `waiting` and `erasing` are work; `failed` waits for a person."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    ERASING = "erasing"
    ERASE_FAILED = "erase_failed"
    ERASED = "erased"


REFERRAL = "referral"
"""The system of deliveries to an organisation that is referred to; `case_systems.yml` can have none of that name."""


class Told(enum.StrEnum):
    """What the resident last heard about a delivery."""

    NOTHING = "nothing"
    DELAYED = "delayed"
    FAILED = "failed"
    DELIVERED = "delivered"


class Delivery(Base):
    """One intake on its way to one system. Holds nothing a resident said: the case is read from the intake when it is sent.

    It outlives the intake, so that what was sent can always be erased.
    """

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("reference", "system"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    intake_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("intakes.id", ondelete="SET NULL"), index=True)
    reference: Mapped[str] = mapped_column(String(20))
    system: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    """What people call that system, as it was then."""
    status: Mapped[DeliveryStatus] = mapped_column(
        enum_column(DeliveryStatus), default=DeliveryStatus.WAITING, index=True
    )
    steps: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """What was made there, by name of the step: ids and addresses."""
    external_id: Mapped[str | None] = mapped_column(String(200), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it failed since it began or since somebody said "try again"."""
    next_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, default=clock.now, index=True)
    """When there is work: to send, to erase, or to ask how it stands."""
    leased_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Until when a process works on it. Who erases waits for that: what is being sent may still arrive."""
    problem: Mapped[str | None] = mapped_column(String(200))
    """Why the last attempt failed: a code and names of fields."""
    told: Mapped[Told] = mapped_column(enum_column(Told), default=Told.NOTHING)
    remote_status: Mapped[str | None] = mapped_column(String(100))
    """What the other system last said about it."""
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)
    delivered_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    def __str__(self) -> str:
        return f"delivery of {self.reference} to {self.system}"
