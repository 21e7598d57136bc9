"""One intake: what is the matter and the conversation, kept up to date, and the same on paper."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Query, Response

from api.conversations.presence import Doing, Sign
from api.errors import Forbidden, NotFound
from api.intakes.lifecycle import OPEN
from api.workspace.desk import WORK, ReadAndLogDesk, ReadDesk, load_again, nothing_new, require_csrf
from api.workspace.intake_view import for_team, messages_of, own, reporting_code, show_intake

router = APIRouter(prefix=f"{WORK}/vragen/{{intake_id}}")

Stand = Annotated[str, Query(max_length=120)]


@router.get("")
async def intake_page(intake_id: uuid.UUID, desk: ReadAndLogDesk) -> Response:
    """Everything for the one who helps, the story for who may read along, the queue fields for others."""
    return await show_intake(desk, await desk.intakes.find(desk.person, intake_id))


@router.get("/nieuws")
async def intake_news(intake_id: uuid.UUID, desk: ReadDesk, stand: Stand = "") -> Response:
    """The conversation and what else can change by itself, when it differs from what the page has (`stand`)."""
    try:
        intake = await desk.intakes.find_own(desk.person, intake_id)
    except (Forbidden, NotFound):
        return load_again()
    if intake.status not in OPEN:
        return load_again()
    context = await own(desk, intake, await messages_of(desk, intake))
    return nothing_new() if context["stand"] == stand else desk.part("_nieuws.html", **context)


@router.get("/stand")
async def intake_for_team(intake_id: uuid.UUID, desk: ReadDesk, stand: Stand = "") -> Response:
    """What a colleague sees of it, when it differs from what the page has (`stand`).

    When somebody may read along from now on, or no longer, the page loads again: the story does not stay on a screen.
    """
    try:
        intake = await desk.intakes.find(desk.person, intake_id)
    except NotFound:
        return load_again()
    if intake.assignee_id == desk.person.id:
        return load_again()
    context = await for_team(desk, intake)
    if stand and stand[0] != context["stand"][0]:
        return load_again()
    return nothing_new() if context["stand"] == stand else desk.part("_stand.html", **context)


@router.post("/typt", status_code=204)
async def typing(intake_id: uuid.UUID, desk: ReadDesk, csrf: Annotated[str | None, Form()] = None) -> Response:
    """Lets the resident and colleagues see for some seconds that this person is typing. Nothing is stored."""
    require_csrf(desk, csrf)
    intake = await desk.intakes.find_own(desk.person, intake_id)
    if intake.conversation_id is not None and intake.status in OPEN:
        await desk.runtime.live.signal(Sign(str(intake.conversation_id), str(desk.person.id), Doing.TYPING))
    return nothing_new()


@router.get("/afdruk")
async def intake_on_paper(intake_id: uuid.UUID, desk: ReadAndLogDesk) -> Response:
    """The whole intake on one page without anything to press, to be printed; the reading is logged."""
    intake = await desk.intakes.open(desk.person, intake_id)
    messages = await messages_of(desk, intake)
    code = await reporting_code(desk, intake, messages)
    return await desk.page("afdruk.html", **code, **await own(desk, intake, messages))
