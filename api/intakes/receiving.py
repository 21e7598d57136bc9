"""Who gets a question: whom a new one is offered to, and who could take over one that is passed on."""

from __future__ import annotations

import datetime as dt
import uuid

from api import clock
from api.errors import BadRequest
from api.intakes import loads
from api.intakes.base import SYSTEM, IntakeWork
from api.intakes.models import Intake, Urgency
from api.intakes.schemas import Receiver
from api.notices.service import Notices
from api.people import repository as people
from api.people.models import Person, Role


class Receiving(IntakeWork):
    """Choosing a person by discipline, presence and load."""

    async def offer(self, intake: Intake) -> Person | None:
        """Offers a new question to one person of the team, when the team works so; gives who that is.

        Who is there, knows the subject and has least in hand. Colleagues may take it all the same; after `offer_minutes` the whole team is
        asked (`escalation.py`). A crisis is everybody's from the beginning.
        """
        team = self._catalogue.teams.get(intake.team or "")
        if team is None or team.offer_minutes is None or intake.urgency is Urgency.CRISIS:
            return None
        now = clock.now()
        load, discipline = await loads.open_by_assignee(self._session), self._discipline(intake)
        there = await people.on_duty(self._session, team.slug, now)
        chosen = min(
            there, key=lambda one: (discipline not in one.disciplines, load.get(one.id, 0), one.name), default=None
        )
        if chosen is None:
            return None
        intake.reserved_for_id = chosen.id
        until = now + dt.timedelta(minutes=team.offer_minutes)
        intake.claim_by = min(until, intake.claim_by or until)
        await self.append(intake, SYSTEM, "offered", chosen.name)
        return chosen

    async def end_offer(self, intake: Intake) -> None:
        """Asks the whole team, because who it was offered to did not take it."""
        intake.reserved_for_id = None
        intake.claim_by = await self.claim_by(intake.team, intake.urgency)
        await self.append(intake, SYSTEM, "offer_ended")
        await Notices(self._session).new_question(intake)

    async def receivers(self, person: Person, intake_id: uuid.UUID) -> list[Receiver]:
        """Who could take over: the own team and discipline first, who is there before who is away, who has least in hand."""
        intake = await self.find(person, intake_id)
        if person.role is not Role.COORDINATOR:
            intake = await self.find_own(person, intake_id)
        discipline, load = self._discipline(intake), await loads.open_by_assignee(self._session)
        now = clock.now()
        found = [
            Receiver(
                id=one.id,
                name=one.name,
                team=one.team or "",
                discipline=discipline in one.disciplines,
                away=one.away_until is not None and one.away_until > now,
                load=load.get(one.id, 0),
            )
            for one in await people.professionals(self._session)
            if one.id != intake.assignee_id
        ]
        return sorted(
            found, key=lambda one: (one.away, one.team != intake.team, not one.discipline, one.load, one.name)
        )

    async def receiver(self, intake: Intake, person_id: uuid.UUID) -> Person:
        """The colleague who may take over. Raises `BadRequest` with why this one cannot."""
        receiver = await people.get(self._session, person_id)
        if receiver is None or not receiver.active or receiver.role is not Role.PROFESSIONAL or not receiver.team:
            raise BadRequest("Deze collega is er niet, of kan geen vragen oppakken. Kies een ander.")
        if receiver.id == intake.assignee_id:
            raise BadRequest(f"{receiver.name} helpt deze inwoner al. Kies een ander.")
        if receiver.away_until is not None and receiver.away_until > clock.now():
            raise BadRequest(f"{receiver.name} is afwezig. Kies een ander, of geef de vraag aan het team.")
        return receiver

    def _discipline(self, intake: Intake) -> str | None:
        service = self._catalogue.services.get(intake.service or "")
        return service.discipline if service else None
