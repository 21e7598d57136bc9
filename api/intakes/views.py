"""What may be seen of an intake: the queue fields for a team, everything for those involved."""

from __future__ import annotations

import datetime as dt
from typing import Any

from api import clock
from api.intakes.deadlines import signal_of
from api.intakes.lifecycle import OPEN
from api.intakes.models import Intake
from api.intakes.routing import Route
from api.intakes.schemas import (
    Candidate,
    Concerns,
    Consent,
    Contact,
    DeliveryRead,
    HistoryItem,
    IntakeQueueItem,
    IntakeRead,
    NoteRead,
    Referred,
    Related,
    RouteRead,
    RouteStep,
)
from organisation import Catalogue
from organisation.model import Referral


def queue_item(intake: Intake) -> IntakeQueueItem:
    """The fields a whole team may see."""
    return IntakeQueueItem(**_queue_fields(intake))


def whole(intake: Intake) -> IntakeRead:
    """Everything, for those involved."""
    return IntakeRead(
        **_queue_fields(intake),
        also=intake.also,
        language=intake.language,
        summary=intake.summary,
        place=intake.place,
        contact=Contact(
            name=intake.contact_name,
            phone=intake.contact_phone,
            email=intake.contact_email,
            channel=intake.contact_channel,
            preference=intake.contact_preference,
        ),
        consent=Consent(given_at=intake.consent_given_at, text=intake.consent_text or "")
        if intake.consent_given_at
        else None,
        conversation_id=intake.conversation_id,
        outcome=intake.outcome,
        reasons=intake.reasons or [],
        facts=intake.facts or {},
        concerns=Concerns(**intake.concerns) if intake.concerns else None,
        referral=_referral_of(intake),
        related=[Related.model_validate(other) for other in intake.related],
        deliveries=[DeliveryRead.model_validate(delivery) for delivery in intake.deliveries],
        history=[HistoryItem.model_validate(event) for event in intake.history],
        notes=[NoteRead.model_validate(note) for note in intake.notes],
    )


def referred(other: Referral, consent_at: dt.datetime | None = None) -> Referred:
    """An organisation that can be referred to."""
    return Referred(**vars(other), consent_at=consent_at)


def _referral_of(intake: Intake) -> Referred | None:
    return Referred(**intake.referral, consent_at=intake.referral_consent_at) if intake.referral else None


def route_read(catalogue: Catalogue, found: Route) -> RouteRead:
    """A route for who asked."""
    return RouteRead(
        place=found.place.found,
        area=found.place.area.slug if found.place.area else None,
        area_name=found.place.area.name if found.place.area else None,
        team=found.team,
        team_name=catalogue.teams[found.team].name if found.team else None,
        discipline=found.discipline,
        candidates=[
            Candidate(area=one.area.slug, name=one.area.name, place=one.name) for one in found.place.candidates
        ],
        referral=referred(found.referral) if found.referral else None,
        steps=[RouteStep(question=step.question, answer=step.answer, because=step.because) for step in found.steps],
    )


def _queue_fields(intake: Intake) -> dict[str, Any]:
    met = intake.contacted_at is not None or intake.status not in OPEN
    return {
        "id": intake.id,
        "reference": intake.reference,
        "service": intake.service,
        "area": intake.area,
        "team": intake.team,
        "urgency": intake.urgency,
        "due_at": intake.due_at,
        "status": intake.status,
        "created_at": intake.created_at,
        "assignee": intake.assignee.name if intake.assignee else None,
        "legal_due_at": intake.legal_due_at,
        "signal": signal_of(intake.amber_at, intake.due_at, clock.now(), met=met),
        "escalated_at": intake.escalated_at,
        "reserved_for": intake.reserved_for.name if intake.reserved_for else None,
    }
