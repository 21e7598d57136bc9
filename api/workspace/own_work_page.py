"""Mijn werk: whom somebody helps now, who waits for an answer, and what is due today."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response

from api.conversations import repository as conversation_rows
from api.conversations.models import Sender
from api.intakes import repository
from api.intakes.schemas import IntakeFilter
from api.workspace.desk import WORK, Desk, ReadDesk, nothing_new
from api.workspace.lists import Section, row_for, stand_of

router = APIRouter(prefix=f"{WORK}/mijn")

MOST = 200


@router.get("")
async def own_work(desk: ReadDesk) -> Response:
    """The page."""
    return await desk.page("mijn.html", **await _own_work(desk))


@router.get("/lijst")
async def own_work_news(desk: ReadDesk, stand: Annotated[str, Query(max_length=64)] = "") -> Response:
    """The lists alone, when they differ from what the page has (`stand`)."""
    context = await _own_work(desk)
    return nothing_new() if context["stand"] == stand else desk.part("_mijn.html", part=True, **context)


async def _own_work(desk: Desk) -> dict[str, Any]:
    """Residents who wait for an answer stand first: theirs is the next move of nobody else."""
    intakes, _ = await repository.queue(desk.session, desk.person, IntakeFilter(mine=True), limit=MOST)
    conversations = [intake.conversation_id for intake in intakes if intake.conversation_id]
    last = await conversation_rows.last_senders(desk.session, conversations)
    rows = [
        row_for(
            desk, intake, intake.conversation_id is not None and last.get(intake.conversation_id) is Sender.RESIDENT
        )
        for intake in intakes
    ]
    unanswered = [row for row in rows if row.unanswered]
    others = [row for row in rows if not row.unanswered]
    sections = [
        Section("antwoord", "Wacht op uw antwoord", "Niemand wacht op uw antwoord.", unanswered, len(unanswered)),
        Section("loopt", "Loopt", "U helpt nu niemand anders." if rows else "U helpt nu niemand.", others, len(others)),
    ]
    stand = stand_of(desk, sections)
    return {"sections": sections, "stand": stand, "address": f"{WORK}/mijn/lijst?{urlencode({'stand': stand})}"}
