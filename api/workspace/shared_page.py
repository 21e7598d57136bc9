"""Met u gedeeld: the questions that a coordinator shares with a volunteer, and no others."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response

from api.errors import Forbidden
from api.intakes import repository
from api.intakes.schemas import IntakeFilter
from api.people.models import Role
from api.workspace.desk import WORK, Desk, ReadDesk, nothing_new
from api.workspace.lists import Section, row_for, stand_of

router = APIRouter(prefix=f"{WORK}/gedeeld")

MOST = 200


@router.get("")
async def shared(desk: ReadDesk) -> Response:
    """The page."""
    return await desk.page("gedeeld.html", **await _shared(desk))


@router.get("/lijst")
async def shared_news(desk: ReadDesk, stand: Annotated[str, Query(max_length=64)] = "") -> Response:
    """The list alone, when it differs from what the page has (`stand`)."""
    context = await _shared(desk)
    return nothing_new() if context["stand"] == stand else desk.part("_gedeeld.html", part=True, **context)


async def _shared(desk: Desk) -> dict[str, Any]:
    if desk.person.role is not Role.VOLUNTEER:
        raise Forbidden("Deze pagina is voor vrijwilligers.")
    intakes, _ = await repository.queue(desk.session, desk.person, IntakeFilter(), limit=MOST)
    rows = [row_for(desk, intake) for intake in intakes]
    section = Section("gedeeld", "Vragen", "Er is nu niets met u gedeeld.", rows, len(rows))
    stand = stand_of(desk, [section])
    return {"sections": [section], "stand": stand, "address": f"{WORK}/gedeeld/lijst?{urlencode({'stand': stand})}"}
