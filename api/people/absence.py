"""Out of office: questions for a team that is all away go to the coordinator at once."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter
from pydantic import AwareDatetime

from api import clock
from api.dependencies import CurrentPerson, WriteSession
from api.errors import BadRequest, Unauthorized
from api.people import repository
from api.privacy import audit
from api.privacy.audit import Verb
from api.wire import Body, View

router = APIRouter(tags=["people"])


class Absence(Body):
    """Until when somebody is out of office; null for back again."""

    until: AwareDatetime | None


class AbsenceRead(View):
    """Until when somebody is out of office."""

    until: dt.datetime | None


@router.put("/people/current/absence", operation_id="setAbsence")
async def set_absence(body: Absence, current: CurrentPerson, session: WriteSession) -> AbsenceRead:
    """Says until when somebody is away, or that they are back."""
    person = await repository.get(session, current.person.id)
    if person is None:
        raise Unauthorized("Log eerst in.")
    if body.until is not None and body.until <= clock.now():
        raise BadRequest("Deze dag is al voorbij. Kies een later moment.")
    person.away_until = body.until
    audit.record(session, by=person.id, verb=Verb.CHANGED, of=("person", person.id))
    return AbsenceRead(until=person.away_until)
