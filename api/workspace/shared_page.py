"""Met u gedeeld: the questions that a coordinator shares with a volunteer, and no others."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api.errors import Forbidden
from api.intakes import queues
from api.intakes.schemas import IntakeFilter
from api.people.models import Role
from api.workspace.desk import WORK, Desk, ReadDesk
from api.workspace.lists import MOST, Section, Stand, kept_up_to_date, news_of, row_for, stand_of

router = APIRouter(prefix=f"{WORK}/gedeeld")


@router.get("")
async def shared(desk: ReadDesk) -> Response:
    """The page."""
    return await desk.page("gedeeld.html", **await _shared(desk))


@router.get("/lijst")
async def shared_news(desk: ReadDesk, stand: Stand = "") -> Response:
    """The list alone."""
    return news_of(desk, "_gedeeld.html", stand, await _shared(desk))


async def _shared(desk: Desk) -> dict[str, Any]:
    if desk.person.role is not Role.VOLUNTEER:
        raise Forbidden("Deze pagina is voor vrijwilligers.")
    intakes, _ = await queues.queue(desk.session, desk.person, IntakeFilter(), limit=MOST)
    rows = [row_for(desk, intake) for intake in intakes]
    section = Section("gedeeld", "Vragen", "Er is nu niets met u gedeeld.", rows, len(rows))
    return kept_up_to_date(f"{WORK}/gedeeld/lijst", stand_of(desk, [section]), sections=[section])
