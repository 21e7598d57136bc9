"""How an intake comes to be: what was told, filled in from the vault, weighed by the rules and sent to a team."""

from __future__ import annotations

import uuid

from api import clock
from api.case_systems.service import Deliveries
from api.conversations import repository as conversation_rows
from api.errors import NotFound
from api.intakes import repository
from api.intakes.base import ASSISTANT
from api.intakes.deadlines import amber_at
from api.intakes.models import Intake, IntakeStatus, ServiceCorrection, Urgency
from api.intakes.receiving import Receiving
from api.intakes.reference import new_reference
from api.intakes.routing import route
from api.intakes.schemas import Consent, IntakeCreate
from api.intakes.urgency import assess
from api.notices.service import Notices
from api.people.models import Person
from api.privacy.pseudonyms import resolve
from api.privacy.repository import vault_of
from organisation.model import Referral


class Making(Receiving):
    """Making intakes, and weighing them again when the service turns out to be another."""

    async def create(self, body: IntakeCreate, key: str) -> tuple[Intake, bool]:
        """Makes an intake, once for each `key`. Gives it, and whether it is new.

        Raises `BadRequest` for a service that is not in the catalogue and `NotFound` for an unknown conversation.
        """
        conversation = await conversation_rows.get(self._session, body.conversation_id)
        if conversation is not None:
            # Two requests with one key at the same moment: the second waits here, and then finds the first.
            await conversation_rows.lock(self._session, conversation)
        earlier = await repository.by_key(self._session, key)
        if earlier is not None:
            return earlier, False
        for slug in [*([body.service] if body.service else []), *body.also]:
            self.require_service(slug)
        if conversation is None:
            raise NotFound("Dit gesprek is er niet (meer).")
        known = await vault_of(self._session, conversation.id)
        place, summary, now = _resolved(body.place, known), resolve(body.summary, known), clock.now()
        where = route(self._catalogue, place, body.service)
        weight = assess(self._catalogue, body.service, body.urgency, body.facts, summary, now)
        intake = Intake(
            reference=new_reference(),
            idempotency_key=key,
            conversation_id=conversation.id,
            service=body.service,
            also=body.also,
            area=where.place.area.slug if where.place.area else None,
            team=where.team,
            urgency=weight.urgency,
            reasons=list(weight.reasons),
            facts=dict(body.facts),
            concerns={
                name: _resolved(value, known) for name, value in body.concerns.model_dump(exclude_none=True).items()
            }
            if body.concerns
            else None,
            due_at=weight.due_at,
            amber_at=amber_at(self._catalogue, weight.due_at),
            legal_due_at=weight.legal_due_at,
            claim_by=await self.claim_by(where.team, weight.urgency),
            referral=_kept(where.referral, body.referral_consent) if where.referral else None,
            referral_consent_at=body.referral_consent.given_at if where.referral and body.referral_consent else None,
            status=IntakeStatus.NEW,
            language=body.language or conversation.language,
            summary=summary,
            place=place,
            contact_name=_resolved(body.contact.name, known),
            contact_phone=_resolved(body.contact.phone, known),
            contact_email=_resolved(body.contact.email, known),
            contact_channel=body.contact.channel or conversation.channel,
            contact_preference=_resolved(body.contact.preference, known),
            consent_given_at=body.consent.given_at if body.consent else None,
            consent_text=body.consent.text if body.consent else None,
        )
        await repository.add(self._session, intake)
        await self.append(intake, ASSISTANT, "created")
        await Deliveries(self._session, self._catalogue).begin(intake)
        offered = await self.offer(intake)
        await repository.reload(self._session, intake)
        await Notices(self._session).new_question(intake, offered)
        return intake, True

    async def correct_service(self, person: Person, intake_id: uuid.UUID, slug: str) -> Intake:
        """Changes the service and weighs the question again from the day it was asked, by the rules of that service.

        What the assistant heard is kept beside what it should have been: from such pairs it can learn.
        """
        intake = await self.find_own(person, intake_id)
        self.require_service(slug)
        before, intake.service = intake.service, slug
        if before != slug:
            await repository.add(
                self._session,
                ServiceCorrection(intake_id=intake.id, heard=before, right=slug, language=intake.language),
            )
        await self.append(intake, person, "service_corrected", f"{before} -> {slug}")
        floor = Urgency.CRISIS if intake.urgency is Urgency.CRISIS else Urgency.NORMAL
        weight = assess(self._catalogue, slug, floor, intake.facts or {}, intake.summary, intake.created_at)
        intake.urgency, intake.reasons = weight.urgency, list(weight.reasons)
        intake.due_at, intake.legal_due_at = weight.due_at, weight.legal_due_at
        intake.amber_at = amber_at(self._catalogue, weight.due_at)
        await repository.reload(self._session, intake)
        return intake


def _resolved(text: str | None, known: dict[str, str]) -> str | None:
    return resolve(text, known) if text is not None else None


def _kept(other: Referral, consent: Consent | None) -> dict[str, str]:
    kept = {**vars(other), "consent_text": consent.text if consent else None}
    return {name: value for name, value in kept.items() if value is not None}
