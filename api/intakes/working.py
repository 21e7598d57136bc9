"""What a professional does with an intake: claim, answer, note, pass on, close, reopen."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from api import clock
from api.case_systems.service import Deliveries
from api.conversations import repository as conversation_rows
from api.conversations.models import Conversation, Message, Owner, Sender
from api.errors import BadRequest, Conflict, Forbidden, NotFound
from api.intakes import repository
from api.intakes.base import CHANGED
from api.intakes.lifecycle import OPEN, Change
from api.intakes.models import Intake, IntakeStatus, Note, Outcome
from api.intakes.receiving import Receiving
from api.notices.service import Notices
from api.people.models import Person, Role
from api.privacy import audit
from api.privacy.audit import Verb


class Working(Receiving):
    """The work of one professional on one intake."""

    async def claim(self, person: Person, intake_id: uuid.UUID) -> Intake:
        """Makes this person the one who helps, and lets the resident know. Raises `Conflict` with the name of who was first.

        After a warm transfer the receiver comes first, and only then the sender leaves; a sender who claims takes it back.
        """
        intake = await self.find(person, intake_id)
        if person.role is not Role.PROFESSIONAL:
            raise Forbidden("Alleen een professional van het team kan een vraag oppakken.")
        sender = intake.assignee
        if not await repository.claim(self._session, intake, person):
            raise Conflict(_why_not(intake))
        back = sender is not None and sender.id == person.id
        if back and person.team is not None:
            intake.team = person.team
        await self.append(intake, person, "taken_back" if back else "claimed")
        conversation = await self.conversation_of(intake)
        if conversation is not None and not back:
            leaving = sender is not None and conversation.professional_id == sender.id
            await self._join(conversation, person)
            if sender is not None and leaving:
                text = self._catalogue.text("person_leaves", conversation.language, name=sender.name)
                await self._conversations.notice(conversation, text)
        if sender is not None and not back:
            await self.append(intake, sender, "left")
        await repository.reload(self._session, intake)
        return intake

    async def hand_back(self, person: Person, intake_id: uuid.UUID) -> Intake:
        """Lets the assistant answer again, and tells the resident so; the intake stays with this person. Raises `Conflict`."""
        intake = await self.find_own(person, intake_id)
        conversation = await self.conversation_of(intake)
        if intake.status not in OPEN or conversation is None or conversation.professional_id != person.id:
            raise Conflict("U hebt dit gesprek nu niet. Laad de pagina opnieuw.")
        await self._conversations.notice(
            conversation, self._catalogue.text("assistant_back", conversation.language, name=person.name)
        )
        await self._conversations.pass_to(conversation, Owner.ASSISTANT, str(person.id))
        await self.append(intake, person, "handed_back")
        await repository.reload(self._session, intake)
        return intake

    async def take_over(self, person: Person, intake_id: uuid.UUID) -> Intake:
        """Takes the conversation from the assistant again, and tells the resident who is there. Raises `Conflict`."""
        intake = await self.find_own(person, intake_id)
        conversation = await self.conversation_of(intake)
        if intake.status not in OPEN or conversation is None or conversation.owner is not Owner.ASSISTANT:
            raise Conflict("De computer heeft dit gesprek nu niet. Laad de pagina opnieuw.")
        await self._join(conversation, person)
        await self.append(intake, person, "taken_over")
        await repository.reload(self._session, intake)
        return intake

    async def release(self, person: Person, intake_id: uuid.UUID) -> Intake:
        """Puts the intake back in the queue of the team; the resident waits for a person again."""
        intake = await self.find_own(person, intake_id)
        await self.change(intake, Change.RELEASE, person, "released")
        intake.assignee_id = intake.reserved_for_id = None
        await self._leave(intake, person)
        await repository.reload(self._session, intake)
        return intake

    async def transfer(
        self, person: Person, intake_id: uuid.UUID, *, team: str | None, to: uuid.UUID | None, note: str
    ) -> Intake:
        """Passes the intake on to another team or to one colleague, with a note for who takes over, and tells the resident.

        Who helps stays until the receiver has come. What a coordinator passes on is free at once: that is for who is not there.
        """
        intake = await self.find(person, intake_id)
        if person.role is not Role.COORDINATOR:
            intake = await self.find_own(person, intake_id)
        receiver = await self.receiver(intake, to) if to is not None else None
        team = receiver.team if receiver else team
        if team is None or team not in self._catalogue.teams:
            raise BadRequest(f"Team '{team}' is er niet. Kies uit: {', '.join(self._catalogue.teams)}.")
        name = receiver.name if receiver else self._catalogue.teams[team].name
        helper = intake.assignee
        intake.team, intake.reserved_for_id = team, receiver.id if receiver else None
        await self.change(intake, Change.TRANSFER, person, "transferred", name)
        await repository.add(self._session, Note(intake_id=intake.id, author=person.name, text=note))
        if helper is not None and helper.id == person.id:
            conversation = await self.conversation_of(intake)
            if conversation is not None and conversation.professional_id == person.id:
                await self._conversations.notice(
                    conversation,
                    self._catalogue.text("person_transfers", conversation.language, name=person.name, to=name),
                )
        elif helper is not None:
            intake.assignee_id = None
            await self._leave(intake, helper)
        await repository.reload(self._session, intake)
        await Notices(self._session).transferred(intake, receiver)
        return intake

    async def reply(self, person: Person, intake_id: uuid.UUID, text: str) -> Intake:
        """Answers the resident in the own conversation, under the own name."""
        intake = await self.find_own(person, intake_id)
        conversation = await self.conversation_of(intake)
        if conversation is None:
            raise Conflict("De inwoner heeft het gesprek gewist of afgesloten. Neem contact op per telefoon of e-mail.")
        if intake.status is IntakeStatus.CLAIMED:
            await self.change(intake, Change.REPLY, person, "replied")
        elif intake.status not in {IntakeStatus.IN_PROGRESS, IntakeStatus.TRANSFERRED}:
            raise Conflict("Deze vraag is afgesloten. U kunt hier niet meer antwoorden.")
        intake.contacted_at = intake.contacted_at or clock.now()
        if conversation.owner is Owner.ASSISTANT:
            # Two who answer at once would confuse: who writes has the conversation again.
            await self._join(conversation, person)
            await self.append(intake, person, "taken_over")
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
        """Ends the help. The resident hears it and can always write again: the assistant listens, and who closed it does not."""
        intake = await self.find_own(person, intake_id)
        await self.change(intake, Change.CLOSE, person, "closed", outcome.value)
        if note:
            await repository.add(self._session, Note(intake_id=intake.id, author=person.name, text=note))
        await self.end(intake, person, outcome, "intake_closed", name=person.name)
        await repository.reload(self._session, intake)
        return intake

    async def reopen(self, person: Person, intake_id: uuid.UUID, note: str) -> Intake:
        """Goes on with what was closed: for who closed it, or in the queue again when a coordinator does it."""
        coordinator = person.role is Role.COORDINATOR
        intake = await (self.find if coordinator else self.find_own)(person, intake_id)
        if intake.status is not IntakeStatus.CLOSED or intake.conversation_id is None:
            raise Conflict("Alleen een afgesloten vraag die niet is gewist, kan weer open.")
        conversation = await self.conversation_of(intake)
        if conversation is None:
            raise Conflict("De inwoner heeft het gesprek afgesloten. Neem contact op per telefoon of e-mail.")
        if conversation.owner is Owner.PROFESSIONAL:
            raise Conflict("Een collega helpt deze inwoner nu met een andere vraag. Overleg met elkaar.")
        await self.change(intake, Change.REOPEN_FOR_TEAM if coordinator else Change.REOPEN, person, "reopened")
        intake.outcome = intake.closed_seq = None
        intake.assignee_id = None if coordinator else person.id
        await repository.add(self._session, Note(intake_id=intake.id, author=person.name, text=note))
        await self._conversations.notice(
            conversation, self._catalogue.text("intake_reopened", conversation.language, name=person.name)
        )
        owner = Owner.WAITING if coordinator else Owner.PROFESSIONAL
        if conversation.owner is not owner:
            await self._conversations.pass_to(conversation, owner, str(person.id), None if coordinator else person.id)
        await repository.reload(self._session, intake)
        return intake

    async def retry_delivery(self, person: Person, intake_id: uuid.UUID, delivery_id: uuid.UUID) -> Intake:
        """Sends the question of a resident whom this person helps to the other system again, at once. Raises `NotFound`, `Conflict`."""
        intake = await self.find_own(person, intake_id)
        if delivery_id not in {delivery.id for delivery in intake.deliveries}:
            raise NotFound("Deze bezorging is er niet.")
        await Deliveries(self._session, self._catalogue).again(person, delivery_id)
        return intake

    async def messages(self, intake: Intake) -> Sequence[Message]:
        """What the one who helps may read of the conversation: all of it while helping, after closing nothing that came later."""
        if intake.conversation_id is None:
            return []
        rows = await conversation_rows.messages_after(self._session, intake.conversation_id, 0)
        if intake.status in OPEN:
            return rows
        return [row for row in rows if intake.closed_seq is not None and row.seq <= intake.closed_seq]

    async def _join(self, conversation: Conversation, person: Person) -> None:
        await self._conversations.pass_to(conversation, Owner.PROFESSIONAL, str(person.id), person.id)
        team = self._catalogue.teams[person.team].name if person.team else self._catalogue.organisation.name
        await self._conversations.notice(
            conversation, self._catalogue.text("person_joins", conversation.language, name=person.name, team=team)
        )

    async def _leave(self, intake: Intake, person: Person) -> None:
        conversation = await self.conversation_of(intake)
        if conversation is not None and conversation.professional_id == person.id:
            await self._conversations.notice(
                conversation, self._catalogue.text("person_leaves", conversation.language, name=person.name)
            )
            await self._conversations.pass_to(conversation, Owner.WAITING, str(person.id))


def _why_not(intake: Intake) -> str:
    if intake.status is IntakeStatus.TRANSFERRED and intake.reserved_for is not None:
        return f"Deze vraag is doorgegeven aan {intake.reserved_for.name}."
    if intake.status in OPEN and intake.assignee is not None:
        return f"{intake.assignee.name} heeft deze vraag al opgepakt."
    if intake.status is IntakeStatus.CLOSED:
        return "Deze vraag is afgesloten."
    return CHANGED
