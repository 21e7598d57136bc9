"""An intake, its history and its notes."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api import clock
from api.case_systems.models import Delivery
from api.database import Base, UtcDateTime, enum_column
from api.people.models import Person
from api.privacy.encryption import EncryptedJson, EncryptedText


class IntakeStatus(enum.StrEnum):
    """Where the intake stands. Which change may follow which: `lifecycle.py`."""

    NEW = "new"
    CLAIMED = "claimed"
    IN_PROGRESS = "in_progress"
    TRANSFERRED = "transferred"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Urgency(enum.StrEnum):
    """How long it may wait."""

    NORMAL = "normal"
    SOON = "soon"
    URGENT = "urgent"
    CRISIS = "crisis"


class Outcome(enum.StrEnum):
    """How it ended."""

    HELPED = "helped"
    REFERRED = "referred"
    NO_CONTACT = "no_contact"
    NOT_NEEDED = "not_needed"


_STILL_OPEN = "status IN ('new', 'claimed', 'in_progress', 'transferred')"
QUEUES = {
    "waiting": "status IN ('new', 'transferred')",
    "taken": f"assignee_id IS NOT NULL AND {_STILL_OPEN}",
}
"""The two queues of open intakes, as conditions that a database recognises: by them it finds its index.

What is passed on and not yet taken over is in both: who passes it on still has it, and another team is asked for it.
"""


class Intake(Base):
    """What one resident asks of us. Without `service` the resident only asked for a person; without `team` the coordinator decides."""

    __tablename__ = "intakes"
    # A page of the queue is read from these in order. Closed intakes pile up for years, so they are left out.
    __table_args__ = tuple(
        Index(
            f"ix_intakes_{name}{'_of_team' * bool(team)}",
            *team,
            "urgency",
            "due_at",
            "id",
            sqlite_where=text(rows),
            postgresql_where=text(rows),
        )
        for name, rows in QUEUES.items()
        for team in ([], ["team"])
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    idempotency_key: Mapped[str] = mapped_column(String(200), unique=True)
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL"), index=True
    )
    service: Mapped[str | None] = mapped_column(String(40), index=True)
    also: Mapped[list[str]] = mapped_column(JSON, default=list)
    area: Mapped[str | None] = mapped_column(String(60))
    team: Mapped[str | None] = mapped_column(String(60), index=True)
    urgency: Mapped[Urgency] = mapped_column(enum_column(Urgency), default=Urgency.NORMAL)
    reasons: Mapped[list[str] | None] = mapped_column(EncryptedJson)
    """Why it presses, in sentences of the catalogue as they were then; they tell about the resident, so not for the queue."""
    facts: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    """What triage asked: name of the question to the answer."""
    concerns: Mapped[dict[str, str] | None] = mapped_column(EncryptedJson)
    """Who it is about, when the resident asks for somebody else."""
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    amber_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    """From when the term is near."""
    legal_due_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    claim_by: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, index=True)
    """When the coordinator hears that nobody has picked it up; None while somebody has."""
    escalated_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    contacted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When a professional first answered: then the term is met."""
    closed_seq: Mapped[int | None]
    """The last message that whoever closed it may read."""
    referral: Mapped[dict[str, str] | None] = mapped_column(JSON)
    """The other organisation that does this there, as it was then, and the words in which the resident was asked about it."""
    referral_consent_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[IntakeStatus] = mapped_column(enum_column(IntakeStatus), default=IntakeStatus.NEW, index=True)
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    language: Mapped[str] = mapped_column(String(10))
    summary: Mapped[str] = mapped_column(EncryptedText)
    place: Mapped[str | None] = mapped_column(EncryptedText)
    contact_name: Mapped[str | None] = mapped_column(EncryptedText)
    contact_phone: Mapped[str | None] = mapped_column(EncryptedText)
    contact_email: Mapped[str | None] = mapped_column(EncryptedText)
    contact_channel: Mapped[str | None] = mapped_column(String(20))
    contact_preference: Mapped[str | None] = mapped_column(EncryptedText)
    consent_given_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    consent_text: Mapped[str | None] = mapped_column(String(1000))
    assignee_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    assignee: Mapped[Person | None] = relationship(lazy="joined", innerjoin=False, foreign_keys=[assignee_id])
    reserved_for_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    """Who is asked for it: the only one who may pick it up after a transfer to a person, the first to be asked while it is new."""
    reserved_for: Mapped[Person | None] = relationship(lazy="joined", innerjoin=False, foreign_keys=[reserved_for_id])
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)
    history: Mapped[list[IntakeEvent]] = relationship(lazy="raise", order_by="IntakeEvent.at")
    notes: Mapped[list[Note]] = relationship(lazy="raise", order_by="Note.at")
    deliveries: Mapped[list[Delivery]] = relationship(lazy="raise", order_by="Delivery.created_at")
    related: Mapped[list[Intake]] = relationship(
        lazy="raise",
        viewonly=True,
        order_by="Intake.created_at",
        primaryjoin="and_(foreign(remote(Intake.conversation_id)) == Intake.conversation_id, remote(Intake.id) != Intake.id)",
    )
    """Other questions of the same conversation."""

    def __str__(self) -> str:
        return f"intake {self.reference}"


class IntakeEvent(Base):
    """One thing that happened to an intake. Appended, never edited; holds no story."""

    __tablename__ = "intake_events"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    intake_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("intakes.id", ondelete="CASCADE"), index=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)
    actor: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(40))
    status: Mapped[IntakeStatus] = mapped_column(enum_column(IntakeStatus))
    detail: Mapped[str | None] = mapped_column(String(200))


class Note(Base):
    """What professionals write for each other; residents and other teams do not see it."""

    __tablename__ = "notes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    intake_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("intakes.id", ondelete="CASCADE"), index=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)
    author: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(EncryptedText)


class ServiceCorrection(Base):
    """What the assistant heard and what a professional made of it: a labelled example of a mistake, without the story."""

    __tablename__ = "service_corrections"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    intake_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("intakes.id", ondelete="SET NULL"), index=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)
    heard: Mapped[str | None] = mapped_column(String(40))
    right: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(10))
