"""Referring a resident to another organisation: who that is, what it hears, and what the resident hears."""

from __future__ import annotations

import uuid

from api import clock
from api.case_systems.service import Deliveries
from api.errors import BadRequest
from api.intakes import repository
from api.intakes.base import IntakeWork
from api.intakes.lifecycle import Change
from api.intakes.models import Intake, Note, Outcome
from api.intakes.schemas import Referred
from api.intakes.views import referred
from api.people.models import Person
from organisation.model import Referral


class Referring(IntakeWork):
    """Passing a question on to people outside, and ending it here."""

    async def refer(
        self,
        person: Person,
        intake_id: uuid.UUID,
        *,
        organisation: Referral | None,
        consent: bool,
        note: str | None,
    ) -> Intake:
        """Ends the help here because another organisation does it: the one of the catalogue when `organisation` is None.

        The resident always hears who that is and how to reach them. The organisation hears of it only with consent, from the dialogue
        or stated by who refers: then by mail, where it has an address, with the reference and nothing else. Raises `BadRequest` when
        there is nobody to refer to, `Conflict` and `Forbidden` as closing does.
        """
        intake = await self.find_own(person, intake_id)
        known = _known(intake)
        to = organisation or known
        if to is None:
            raise BadRequest(
                "Voor deze vraag staat er geen andere organisatie in de lijst. Vul in naar wie u verwijst."
            )
        if to != known:
            intake.referral = {name: value for name, value in vars(to).items() if value is not None}
            intake.referral_consent_at = None
        if consent:
            intake.referral_consent_at = intake.referral_consent_at or clock.now()
        if intake.referral_consent_at is not None:
            await Deliveries(self._session, self._catalogue).refer(intake, to)
        await self.change(intake, Change.CLOSE, person, "referred", to.name)
        if note:
            await repository.add(self._session, Note(intake_id=intake.id, author=person.name, text=note))
        reach = ", ".join(filter(None, [to.phone, to.email, to.website]))
        key = "referred" if intake.referral_consent_at is None else "referred_passed_on"
        await self.end(intake, person, Outcome.REFERRED, key, name=person.name, to=to.name, reach=reach)
        await repository.reload(self._session, intake)
        return intake

    async def referrals(self, person: Person, intake_id: uuid.UUID) -> list[Referred]:
        """Who could be referred to: who does this there first, then everybody else in the catalogue."""
        intake = await self.find_own(person, intake_id)
        known = _known(intake)
        others = [other for area in self._catalogue.areas.values() for other in area.referrals.values()]
        found = dict.fromkeys([known, *others] if known else others)
        return [referred(other, intake.referral_consent_at if other == known else None) for other in found]


def _known(intake: Intake) -> Referral | None:
    if not intake.referral:
        return None
    phone, email, website = (intake.referral.get(way) for way in ("phone", "email", "website"))
    return Referral(intake.referral["name"], phone, email, website)
