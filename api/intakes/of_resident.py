"""The resident's own side of an intake: what became of it, and taking it back."""

from __future__ import annotations

from api.case_systems.service import Deliveries
from api.conversations.models import Conversation, Owner
from api.errors import Conflict, NotFound
from api.intakes import repository
from api.intakes.base import RESIDENT, IntakeWork
from api.intakes.lifecycle import OPEN, Change
from api.intakes.models import Intake
from api.reporting_code import repository as reporting_code


class OfResident(IntakeWork):
    """What a resident can see and do."""

    async def of_resident(self, conversation: Conversation) -> Intake:
        """The resident's last intake. Raises `NotFound` when nothing was handed over."""
        intake = await repository.latest_of_conversation(self._session, conversation.id)
        if intake is None:
            raise NotFound("In dit gesprek is nog niets doorgegeven aan een medewerker.")
        return intake

    async def withdraw(self, conversation: Conversation) -> None:
        """Takes back all that was handed over in this conversation: the content goes, here and where it was delivered; the fact stays."""
        await self.of_resident(conversation)
        await self._take_back(conversation, "withdrawn")
        await self._conversations.notice(conversation, self._catalogue.text("intake_withdrawn", conversation.language))
        if conversation.owner is not Owner.ASSISTANT:
            await self._conversations.pass_to(conversation, Owner.ASSISTANT, RESIDENT)

    async def correct_contact(self, conversation: Conversation, changed: dict[str, str | None]) -> Intake:
        """Changes how the resident can be reached (GDPR, article 16). Raises `NotFound`, and `Conflict` when it is over."""
        intake = await self.of_resident(conversation)
        if intake.status not in OPEN:
            raise Conflict("Deze vraag is afgesloten of ingetrokken. Stel een nieuwe vraag als u nog iets nodig hebt.")
        for field, value in changed.items():
            setattr(intake, f"contact_{field}", value or None)
        await self.append(intake, RESIDENT, "contact_corrected", ", ".join(sorted(changed)))
        await repository.reload(self._session, intake)
        return intake

    async def forget_conversation(self, conversation: Conversation) -> None:
        """Before a conversation is erased: takes back what was handed over, without telling a resident who is leaving."""
        await self._take_back(conversation, "erased")

    async def _take_back(self, conversation: Conversation, action: str) -> None:
        """Withdraws and empties all intakes of a conversation, also those that were closed; nobody helps there any more."""
        # Who helps may change one at this very moment; a resident who leaves is not told to come back for that.
        for intake in await repository.of_conversation_locked(self._session, conversation.id):
            if intake.status in OPEN:
                await self.change(intake, Change.WITHDRAW, RESIDENT, action)
            intake.assignee_id = intake.reserved_for_id = None
            _blank(intake)
            for note in intake.notes:
                await self._session.delete(note)
            await reporting_code.remove(self._session, intake.id)
            await Deliveries(self._session, self._catalogue).take_back(intake)
        await self._session.flush()


def _blank(intake: Intake) -> None:
    intake.summary = ""
    intake.place = intake.contact_name = intake.contact_phone = intake.contact_email = intake.contact_preference = None
    intake.reasons = intake.facts = intake.concerns = None
