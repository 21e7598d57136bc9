"""What goes over the wire about intakes. Who sees which fields: `IntakeQueueItem` is for the team, `IntakeRead` for those involved."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from api.intakes.models import IntakeStatus, Outcome, Urgency
from api.wire import Body, NonBlank, View

Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class Contact(Body):
    """How the resident can be reached; placeholders of the assistant are allowed and filled in here."""

    name: Short | None = None
    phone: Short | None = None
    email: Short | None = None
    channel: Short | None = None
    preference: Short | None = None


class Consent(Body):
    """What the resident agreed to, in the words that were shown, and when."""

    given_at: AwareDatetime
    text: Annotated[str, StringConstraints(max_length=1000)]


class IntakeCreate(Body):
    """What the assistant hands over."""

    conversation_id: uuid.UUID
    service: str | None = None
    also: list[str] = Field(default_factory=list)
    place: Short | None = None
    urgency: Urgency = Urgency.NORMAL
    language: Annotated[str, StringConstraints(max_length=10)] | None = None
    """That of the conversation, unless said otherwise."""
    summary: NonBlank
    contact: Contact = Contact()
    consent: Consent | None = None


class IntakeQueueItem(View):
    """What a team sees of an intake before somebody claims it: enough to choose, nothing of the story."""

    id: uuid.UUID
    reference: str
    service: str | None
    area: str | None
    team: str | None
    urgency: Urgency
    due_at: dt.datetime
    status: IntakeStatus
    created_at: dt.datetime
    assignee: str | None


class HistoryItem(View):
    """One thing that happened."""

    at: dt.datetime
    actor: str
    action: str
    status: IntakeStatus
    detail: str | None


class NoteRead(View):
    """A note between professionals."""

    at: dt.datetime
    author: str
    text: str


class Delivery(View):
    """Where the intake was delivered outside Voordeur."""

    system: str
    status: str
    external_id: str | None


class IntakeRead(IntakeQueueItem):
    """Everything, for those involved."""

    also: list[str]
    language: str
    summary: str
    place: str | None
    contact: Contact
    consent: Consent | None
    conversation_id: uuid.UUID | None
    outcome: Outcome | None
    deliveries: list[Delivery] = Field(default_factory=list)
    history: list[HistoryItem]
    notes: list[NoteRead]


class IntakeList(View):
    """A page of the queue, most pressing first."""

    items: list[IntakeQueueItem]
    next: str | None = None
    """Where the next page begins: send it as `after`. None when this was the last."""


class ResidentIntake(View):
    """What the resident sees of the own intake."""

    reference: str
    service: str | None
    status: IntakeStatus
    due_at: dt.datetime
    created_at: dt.datetime


class Reply(Body):
    """What the professional says to the resident."""

    text: NonBlank


class NoteCreate(Body):
    """What the professional writes down."""

    text: NonBlank


class Transfer(Body):
    """To which team the intake goes, and why."""

    team: str
    note: NonBlank


class Closing(Body):
    """How it ended."""

    outcome: Outcome
    note: NonBlank | None = None


class ServiceCorrection(Body):
    """Which service it should have been."""

    service: str


class IntakeFilter(Body):
    """What to show of the queue."""

    status: list[IntakeStatus] = Field(default_factory=list)
    service: str | None = None
    area: str | None = None
    urgency: Urgency | None = None
    mine: bool = False
    taken: bool | None = None
    """True: somebody helps. False: nobody yet. None: both."""

    @model_validator(mode="before")
    @classmethod
    def _one_status_is_a_list(cls, data: object) -> object:
        if isinstance(data, dict) and isinstance(data.get("status"), str):
            return {**data, "status": [data["status"]]}
        return data
