"""What happens to an intake: it is made, claimed, answered, passed on, closed, withdrawn."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.conversations import repository as conversation_rows
from api.conversations.live import LiveHub
from api.conversations.models import Conversation, Owner, Sender, Status
from api.conversations.service import Conversations
from api.errors import BadRequest, Conflict, Forbidden, NotFound
from api.intakes import repository
from api.intakes.deadlines import due_at
from api.intakes.lifecycle import OPEN, may_become
from api.intakes.models import Intake, IntakeEvent, IntakeStatus, Note, Outcome
from api.intakes.reference import new_reference
from api.intakes.routing import find_area
from api.intakes.schemas import Consent, Contact, HistoryItem, IntakeCreate, IntakeQueueItem, IntakeRead, NoteRead
from api.people.models import Person, Role
from api.privacy import audit
from api.privacy.audit import Verb
from api.privacy.pseudonyms import resolve
from api.privacy.repository import vault_of
from organisation import Catalogue

ASSISTANT = "assistent"
RESIDENT = "inwoner"
_VERBS = {
    "created": Verb.CREATED,
    "claimed": Verb.CLAIMED,
    "released": Verb.RELEASED,
    "transferred": Verb.TRANSFERRED,
    "closed": Verb.CLOSED,
    "service_corrected": Verb.CORRECTED,
    "withdrawn": Verb.WITHDRAWN,
    "erased": Verb.ERASED,
}
_AUDIT_NAMES = {ASSISTANT: audit.ASSISTANT, RESIDENT: audit.RESIDENT}


class Intakes:
    """Intakes within one transaction."""

    def __init__(self, session: AsyncSession, catalogue: Catalogue, live: LiveHub) -> None:
        self._session = session
        self._catalogue = catalogue
        self._live = live
        self._conversations = Conversations(session, catalogue, live)

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
            self._require_service(slug)
        if conversation is None:
            raise NotFound("Dit gesprek is er niet (meer).")
        known = await vault_of(self._session, conversation.id)
        place = _resolved(body.place, known)
        area = find_area(self._catalogue, place)
        service = self._catalogue.services.get(body.service or "")
        intake = Intake(
            reference=new_reference(),
            idempotency_key=key,
            conversation_id=conversation.id,
            service=body.service,
            also=body.also,
            area=area.slug if area else None,
            team=area.team if area else None,
            urgency=body.urgency,
            due_at=due_at(self._catalogue, service, body.urgency, clock.now()),
            status=IntakeStatus.NEW,
            language=body.language or conversation.language,
            summary=resolve(body.summary, known),
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
        await self._append(intake, ASSISTANT, "created")
        await repository.reload(self._session, intake)
        return intake, True

    async def find(self, person: Person, intake_id: uuid.UUID) -> Intake:
        """The intake, if this person may know of it. Raises `NotFound`."""
        intake = await repository.find(self._session, person, intake_id)
        if intake is None:
            raise NotFound("Deze vraag is er niet, of hoort bij een ander team.")
        return intake

    async def find_own(self, person: Person, intake_id: uuid.UUID) -> Intake:
        """The intake, if this person is the one who helps. Raises `Forbidden` for any other, and for one that was withdrawn."""
        intake = await self.find(person, intake_id)
        if intake.status is IntakeStatus.WITHDRAWN:
            raise Forbidden("De inwoner heeft deze vraag ingetrokken. De inhoud is er niet meer.")
        if intake.assignee_id != person.id:
            who = f" {intake.assignee.name} helpt deze inwoner." if intake.assignee else " Pak de vraag eerst op."
            raise Forbidden(f"U ziet de inhoud alleen van vragen die u hebt opgepakt.{who}")
        return intake

    async def open(self, person: Person, intake_id: uuid.UUID) -> Intake:
        """The intake to be read by the one who helps; the reading is logged. Raises as `find_own` does."""
        intake = await self.find_own(person, intake_id)
        self.log_reading(person, intake)
        return intake

    def log_reading(self, person: Person, intake: Intake) -> None:
        """Writes down that this person read the story."""
        audit.record(self._session, by=person.id, verb=Verb.READ, of=("intake", intake.id))

    async def claim(self, person: Person, intake_id: uuid.UUID) -> Intake:
        """Makes this person the one who helps, and lets the resident know. Raises `Conflict` with the name of who was first."""
        intake = await self.find(person, intake_id)
        if person.role is not Role.PROFESSIONAL:
            raise Forbidden("Alleen een professional van het team kan een vraag oppakken.")
        if not await repository.claim(self._session, intake, person):
            if intake.assignee is not None:
                raise Conflict(f"{intake.assignee.name} heeft deze vraag al opgepakt.")
            raise Conflict("Deze vraag kan niet meer worden opgepakt.")
        await self._append(intake, person, "claimed")
        conversation = await self._conversation(intake)
        if conversation is not None:
            await self._conversations.pass_to(conversation, Owner.PROFESSIONAL, str(person.id), person.id)
            team = self._catalogue.teams[person.team].name if person.team else self._catalogue.organisation.name
            await self._conversations.notice(
                conversation, self._catalogue.text("person_joins", conversation.language, name=person.name, team=team)
            )
        await repository.reload(self._session, intake)
        return intake

    async def release(self, person: Person, intake_id: uuid.UUID) -> Intake:
        """Puts the intake back in the queue of the team; the resident waits for a person again."""
        intake = await self.find_own(person, intake_id)
        await self._change(intake, IntakeStatus.NEW, person, "released")
        intake.assignee_id = None
        await self._leave(intake, person, Owner.WAITING)
        await repository.reload(self._session, intake)
        return intake

    async def transfer(self, person: Person, intake_id: uuid.UUID, team: str, note: str) -> Intake:
        """Passes the intake on to another team, with a note for the colleague. A coordinator may do so with any intake."""
        intake = await self.find(person, intake_id)
        if person.role is not Role.COORDINATOR:
            intake = await self.find_own(person, intake_id)
        if team not in self._catalogue.teams:
            raise BadRequest(f"Team '{team}' is er niet. Kies uit: {', '.join(self._catalogue.teams)}.")
        helper = intake.assignee
        await self._change(intake, IntakeStatus.TRANSFERRED, person, "transferred", self._catalogue.teams[team].name)
        intake.assignee_id, intake.team = None, team
        await repository.add(self._session, Note(intake_id=intake.id, author=person.name, text=note))
        if helper is not None:
            await self._leave(intake, helper, Owner.WAITING)
        await repository.reload(self._session, intake)
        return intake

    async def reply(self, person: Person, intake_id: uuid.UUID, text: str) -> Intake:
        """Answers the resident in the own conversation, under the own name."""
        intake = await self.find_own(person, intake_id)
        conversation = await self._conversation(intake)
        if conversation is None:
            raise Conflict("De inwoner heeft het gesprek gewist of afgesloten. Neem contact op per telefoon of e-mail.")
        if intake.status is IntakeStatus.CLAIMED:
            await self._change(intake, IntakeStatus.IN_PROGRESS, person, "replied")
        elif intake.status is not IntakeStatus.IN_PROGRESS:
            raise Conflict("Deze vraag is afgesloten. U kunt hier niet meer antwoorden.")
        await self._conversations.say(conversation, Sender.PROFESSIONAL, person.name, text)
        audit.record(self._session, by=person.id, verb=Verb.REPLIED, of=("intake", intake.id))
        await repository.reload(self._session, intake)
        return intake

    async def add_note(self, person: Person, intake_id: uuid.UUID, text: str) -> Intake:
        """Keeps a note for the colleagues who are involved."""
        intake = await self.find_own(person, intake_id)
        await repository.add(self._session, Note(intake_id=intake.id, author=person.name, text=text))
        audit.record(self._session, by=person.id, verb=Verb.NOTED, of=("intake", intake.id))
        await repository.reload(self._session, intake)
        return intake

    async def close(self, person: Person, intake_id: uuid.UUID, outcome: Outcome, note: str | None) -> Intake:
        """Ends the help. The resident hears it and can always write again: the assistant listens."""
        intake = await self.find_own(person, intake_id)
        await self._change(intake, IntakeStatus.CLOSED, person, "closed", outcome.value)
        intake.outcome = outcome
        if note:
            await repository.add(self._session, Note(intake_id=intake.id, author=person.name, text=note))
        conversation = await self._conversation(intake)
        if conversation is not None:
            await self._conversations.notice(
                conversation, self._catalogue.text("intake_closed", conversation.language, name=person.name)
            )
            if conversation.professional_id == person.id:
                await self._conversations.pass_to(conversation, Owner.ASSISTANT, str(person.id))
        await repository.reload(self._session, intake)
        return intake

    async def correct_service(self, person: Person, intake_id: uuid.UUID, slug: str) -> Intake:
        """Changes the service. The old one stays in the history: from such corrections the assistant can learn."""
        intake = await self.find_own(person, intake_id)
        self._require_service(slug)
        before, intake.service = intake.service, slug
        await self._append(intake, person, "service_corrected", f"{before} -> {slug}")
        await repository.reload(self._session, intake)
        return intake

    async def of_resident(self, conversation: Conversation) -> Intake:
        """The resident's last intake. Raises `NotFound` when nothing was handed over."""
        intake = await repository.latest_of_conversation(self._session, conversation.id)
        if intake is None:
            raise NotFound("In dit gesprek is nog niets doorgegeven aan een medewerker.")
        return intake

    async def withdraw(self, conversation: Conversation) -> None:
        """Takes back all that was handed over in this conversation: the content goes, the fact stays."""
        await self.of_resident(conversation)
        await self._take_back(conversation, "withdrawn")
        await self._conversations.notice(conversation, self._catalogue.text("intake_withdrawn", conversation.language))
        if conversation.owner is not Owner.ASSISTANT:
            await self._conversations.pass_to(conversation, Owner.ASSISTANT, RESIDENT)

    async def forget_conversation(self, conversation: Conversation) -> None:
        """Before a conversation is erased: takes back what was handed over, without telling a resident who is leaving."""
        await self._take_back(conversation, "erased")

    async def _conversation(self, intake: Intake) -> Conversation | None:
        """Where the resident can be answered; None when they erased or ended the conversation."""
        if intake.conversation_id is None:
            return None
        conversation = await conversation_rows.get(self._session, intake.conversation_id)
        return conversation if conversation is not None and conversation.status is Status.OPEN else None

    async def _take_back(self, conversation: Conversation, action: str) -> None:
        """Withdraws and empties all intakes of a conversation, also those that were closed; nobody helps there any more."""
        for intake in await repository.of_conversation(self._session, conversation.id):
            if intake.status in OPEN:
                await self._change(intake, IntakeStatus.WITHDRAWN, RESIDENT, action)
            intake.assignee_id = None
            _blank(intake)
            for note in intake.notes:
                await self._session.delete(note)
        await self._session.flush()

    async def _leave(self, intake: Intake, person: Person, owner: Owner) -> None:
        conversation = await self._conversation(intake)
        if conversation is not None and conversation.professional_id == person.id:
            await self._conversations.notice(
                conversation, self._catalogue.text("person_leaves", conversation.language, name=person.name)
            )
            await self._conversations.pass_to(conversation, owner, str(person.id))

    async def _change(
        self, intake: Intake, status: IntakeStatus, actor: Person | str, action: str, detail: str | None = None
    ) -> None:
        if not may_become(intake.status, status):
            raise Conflict("Dit kan niet meer: de vraag is intussen veranderd. Laad de pagina opnieuw.")
        before, intake.status = intake.status, status
        await self._append(intake, actor, action, detail, before)

    async def _append(
        self,
        intake: Intake,
        actor: Person | str,
        action: str,
        detail: str | None = None,
        before: IntakeStatus | None = None,
    ) -> None:
        name = actor.name if isinstance(actor, Person) else actor
        await repository.add(
            self._session,
            IntakeEvent(intake_id=intake.id, actor=name, action=action, status=intake.status, detail=detail),
        )
        if action in _VERBS:
            audit.record(
                self._session,
                by=actor.id if isinstance(actor, Person) else _AUDIT_NAMES[actor],
                verb=_VERBS[action],
                of=("intake", intake.id),
                change=(before, intake.status),
            )
        self._live.tell_on_commit(self._session, LiveHub.QUEUE)

    def _require_service(self, slug: str) -> None:
        if slug not in self._catalogue.services:
            raise BadRequest(f"Dienst '{slug}' is er niet. Kies uit: {', '.join(self._catalogue.services)}.")


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
        history=[HistoryItem.model_validate(event) for event in intake.history],
        notes=[NoteRead.model_validate(note) for note in intake.notes],
    )


def _queue_fields(intake: Intake) -> dict[str, Any]:
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
    }


def _resolved(text: str | None, known: dict[str, str]) -> str | None:
    return resolve(text, known) if text is not None else None


def _blank(intake: Intake) -> None:
    intake.summary = ""
    intake.place = intake.contact_name = intake.contact_phone = intake.contact_email = intake.contact_preference = None
