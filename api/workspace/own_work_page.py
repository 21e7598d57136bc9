"""Mijn werk: whom somebody helps now, who waits for an answer, and what is due today."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api.conversations import repository as conversation_rows
from api.conversations.models import Sender
from api.intakes import queues
from api.intakes.schemas import IntakeFilter
from api.workspace.desk import WORK, Desk, ReadDesk
from api.workspace.lists import MOST, Section, Stand, kept_up_to_date, news_of, row_for, stand_of

router = APIRouter(prefix=f"{WORK}/mijn")


@router.get("")
async def own_work(desk: ReadDesk) -> Response:
    """The page."""
    return await desk.page("mijn.html", **await _own_work(desk))


@router.get("/lijst")
async def own_work_news(desk: ReadDesk, stand: Stand = "") -> Response:
    """The lists alone."""
    return news_of(desk, "_mijn.html", stand, await _own_work(desk))


async def _own_work(desk: Desk) -> dict[str, Any]:
    """Residents who wait for an answer stand first: theirs is the next move of nobody else."""
    intakes, _ = await queues.queue(desk.session, desk.person, IntakeFilter(mine=True), limit=MOST)
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
    return kept_up_to_date(f"{WORK}/mijn/lijst", stand_of(desk, sections), sections=sections)
