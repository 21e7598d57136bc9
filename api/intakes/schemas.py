"""What goes over the wire about intakes. Who sees which fields: `IntakeQueueItem` is for the team, `IntakeRead` for those involved."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from api.intakes.deadlines import Signal
from api.intakes.models import IntakeStatus, Outcome, Urgency
from api.intakes.routing import PlaceFound
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


class Concerns(Body):
    """Who the question is about, when somebody asks for another: as little as helps."""

    name: Short | None = None
    relation: Short | None = None


Fact = Annotated[str, StringConstraints(max_length=100)] | bool
FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][A-Za-z0-9]{0,39}$")]


class IntakeCreate(Body):
    """What the assistant hands over. `urgency` is the least it is: the rules of the catalogue may find it more pressing."""

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
    facts: dict[FactName, Fact] = Field(default_factory=dict, max_length=30)
    concerns: Concerns | None = None
    referral_consent: Consent | None = None
    """That the organisation which does this there may hear of it, in the words that were shown."""


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
    legal_due_at: dt.datetime | None
    signal: Signal
    escalated_at: dt.datetime | None
    reserved_for: str | None


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


class DeliveryRead(View):
    """Where the intake is delivered outside Voordeur, and how that went."""

    id: uuid.UUID
    system: str
    name: str
    status: str
    external_id: str | None
    attempts: int
    next_at: dt.datetime | None
    problem: str | None


class Referred(View):
    """The other organisation that does this service there, and how to reach it."""

    name: str
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    consent_at: dt.datetime | None = None
    consent_text: str | None = None
    """What the resident was asked and answered; None when a professional wrote down that they agree."""


class Organisation(Body):
    """Another organisation to refer to that is not in the catalogue, and how to reach it."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    phone: Short | None = None
    email: Short | None = None
    website: Short | None = None

    @model_validator(mode="after")
    def _can_be_reached(self) -> Organisation:
        if not (self.phone or self.email or self.website):
            raise ValueError("give at least one of phone, email and website")
        return self


class Referring(Body):
    """To whom the resident is referred; None is the organisation that the catalogue names for this question."""

    organisation: Organisation | None = None
    consent: bool = False
    """Whether the resident says that we may pass the question on. Otherwise only the resident hears of it."""
    note: NonBlank | None = None


class ReferralList(View):
    """Who could be referred to, the likeliest first."""

    items: list[Referred]


class Related(View):
    """Another question of the same conversation."""

    id: uuid.UUID
    reference: str
    service: str | None
    status: IntakeStatus


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
    reasons: list[str]
    facts: dict[str, str | bool]
    concerns: Concerns | None
    referral: Referred | None
    related: list[Related] = Field(default_factory=list)
    deliveries: list[DeliveryRead] = Field(default_factory=list)
    history: list[HistoryItem]
    notes: list[NoteRead]


class IntakeList(View):
    """A page of the queue, most pressing first."""

    items: list[IntakeQueueItem]
    next: str | None = None
    """Where the next page begins: send it as `after`. None when this was the last."""


class AssistantIntake(View):
    """What the assistant hears of the intake it made: enough to tell the resident how it stands."""

    reference: str
    team: str | None
    status: IntakeStatus
    due_at: dt.datetime


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
    """To which team or person the intake goes, and why."""

    team: str | None = None
    person: uuid.UUID | None = None
    note: NonBlank

    @model_validator(mode="after")
    def _one_receiver(self) -> Transfer:
        if (self.team is None) == (self.person is None):
            raise ValueError("give either a team or a person")
        return self


class Reopening(Body):
    """Why it goes on."""

    note: NonBlank


class Receiver(View):
    """A colleague who could take over: whether this is their discipline, whether they are away, and how much they have in hand."""

    id: uuid.UUID
    name: str
    team: str
    discipline: bool
    away: bool
    load: int


class ReceiverList(View):
    """Who could take over, the likeliest first."""

    items: list[Receiver]


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


class RouteRequest(Body):
    """Where would this go?"""

    place: Short | None = None
    service: str | None = None


class Candidate(View):
    """A village that may be meant, and its area."""

    place: str
    area: str
    name: str


class RouteStep(View):
    """One thing that routing looked at."""

    question: str
    answer: str
    because: str


class RouteRead(View):
    """Where a question goes, and what to ask or tell the resident about it."""

    place: PlaceFound
    area: str | None
    area_name: str | None
    team: str | None
    team_name: str | None
    discipline: str | None
    candidates: list[Candidate]
    referral: Referred | None
    steps: list[RouteStep]


class BreakGlass(Body):
    """Why it cannot wait for the colleague who helps. No name of the resident: it is kept."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=500)]


class Share(Body):
    """With which volunteer."""

    person_id: uuid.UUID
