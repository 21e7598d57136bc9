"""What everything that happens to an intake needs: finding it, changing its status by the table, writing that down."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.case_systems.service import Deliveries
from api.conversations import repository as conversation_rows
from api.conversations.live import LiveHub
from api.conversations.models import Conversation, Owner, Status
from api.conversations.service import Conversations
from api.errors import BadRequest, Conflict, Forbidden, NotFound
from api.intakes import access, repository
from api.intakes.deadlines import claim_by
from api.intakes.lifecycle import ALLOWED, CLAIMABLE, Change
from api.intakes.models import Intake, IntakeEvent, IntakeStatus, Outcome, Urgency
from api.people import repository as people
from api.people.models import Person
from api.privacy import audit
from api.privacy.audit import Verb
from organisation import Catalogue

ASSISTANT = "assistent"
RESIDENT = "inwoner"
SYSTEM = "Voordeur"
_VERBS = {
    "created": Verb.CREATED,
    "claimed": Verb.CLAIMED,
    "taken_back": Verb.CLAIMED,
    "released": Verb.RELEASED,
    "handed_back": Verb.CHANGED,
    "taken_over": Verb.CHANGED,
    "transferred": Verb.TRANSFERRED,
    "closed": Verb.CLOSED,
    "referred": Verb.REFERRED,
    "reopened": Verb.REOPENED,
    "service_corrected": Verb.CORRECTED,
    "contact_corrected": Verb.CORRECTED,
    "withdrawn": Verb.WITHDRAWN,
    "erased": Verb.ERASED,
    "escalated": Verb.ESCALATED,
    "case_handled": Verb.CLOSED,
}
_AUDIT_NAMES = {ASSISTANT: audit.ASSISTANT, RESIDENT: audit.RESIDENT, SYSTEM: audit.SYSTEM}
HEARD_ELSEWHERE = frozenset({Change.CLOSE, Change.REOPEN, Change.REOPEN_FOR_TEAM})
"""What other case systems that have the question hear of."""
AWAY_WAITS = dt.timedelta(minutes=5)
"""How long a question waits for a team that is away: the resident first hears the number, then what happens."""
CHANGED = "Dit kan niet meer: de vraag is intussen veranderd. Laad de pagina opnieuw."


class IntakeWork:
    """Work on intakes within one transaction."""

    def __init__(self, session: AsyncSession, catalogue: Catalogue, live: LiveHub) -> None:
        self._session = session
        self._catalogue = catalogue
        self._live = live
        self._conversations = Conversations(session, catalogue, live)

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
        """The intake, for the one who helps or may read it all the same (`access.py`); it is logged. Raises as `find_own` does."""
        intake = await self.find(person, intake_id)
        if intake.assignee_id == person.id or not await access.may_read(self._session, person, intake):
            intake = await self.find_own(person, intake_id)
        self.log_reading(person, intake)
        return intake

    def log_reading(self, person: Person, intake: Intake) -> None:
        """Writes down that this person read the story."""
        audit.record(self._session, by=person.id, verb=Verb.READ, of=("intake", intake.id))

    async def append(
        self,
        intake: Intake,
        actor: Person | str,
        action: str,
        detail: str | None = None,
        before: IntakeStatus | None = None,
    ) -> None:
        """Writes down what happened: names, slugs and numbers, never a word of the resident. `before` is the status that was left."""
        name = actor.name if isinstance(actor, Person) else actor
        await repository.add(
            self._session,
            IntakeEvent(intake_id=intake.id, actor=name, action=action, status=intake.status, detail=detail),
        )
        self._live.tell_on_commit(self._session, LiveHub.QUEUE)
        if action in _VERBS:
            audit.record(
                self._session,
                by=actor.id if isinstance(actor, Person) else _AUDIT_NAMES[actor],
                verb=_VERBS[action],
                of=("intake", intake.id),
                change=(before, intake.status),
            )

    async def change(
        self, intake: Intake, change: Change, actor: Person | str, action: str, detail: str | None = None
    ) -> None:
        """Changes the status as the table says. Raises `Conflict` when it does not allow that, or somebody else was first."""
        allowed, before = ALLOWED[change], intake.status
        if before not in allowed.before or not await repository.move(self._session, intake, allowed.after):
            raise Conflict(CHANGED)
        intake.status = allowed.after
        intake.escalated_at = None
        intake.claim_by = await self.claim_by(intake.team, intake.urgency) if allowed.after in CLAIMABLE else None
        await self.append(intake, actor, action, detail, before)
        if change in HEARD_ELSEWHERE:
            await Deliveries(self._session, self._catalogue).look_soon(intake)

    async def end(self, intake: Intake, person: Person, outcome: Outcome, key: str, /, **values: str) -> None:
        """Ends the help: the resident hears the sentence `key`, who helped reads nothing after it, and the assistant listens again."""
        intake.outcome, intake.reserved_for_id = outcome, None
        conversation = await self.conversation_of(intake)
        if conversation is None:
            return
        last = await self._conversations.notice(
            conversation, self._catalogue.text(key, conversation.language, **values)
        )
        intake.closed_seq = last.seq
        if conversation.professional_id == person.id:
            await self._conversations.pass_to(conversation, Owner.ASSISTANT, str(person.id))

    async def claim_by(self, team: str | None, urgency: Urgency) -> dt.datetime:
        """Until when it may wait in a queue: soon over when nobody of that team is there to look at it."""
        now = clock.now()
        if team is None or not await people.somebody_there(self._session, team, now):
            return now + AWAY_WAITS
        return claim_by(self._catalogue, urgency.value, now)

    async def conversation_of(self, intake: Intake) -> Conversation | None:
        """Where the resident can be answered; None when they erased or ended the conversation."""
        if intake.conversation_id is None:
            return None
        conversation = await conversation_rows.get(self._session, intake.conversation_id)
        return conversation if conversation is not None and conversation.status is Status.OPEN else None

    def require_service(self, slug: str) -> None:
        """Raises `BadRequest` with the list when there is no such service."""
        if slug not in self._catalogue.services:
            raise BadRequest(f"Dienst '{slug}' is er niet. Kies uit: {', '.join(self._catalogue.services)}.")
