"""Who reads along with a question without helping: by breaking the glass, or as a volunteer because a coordinator shares it."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Response

from api.conversations.live import LiveHub
from api.intakes import access
from api.intakes.schemas import BreakGlass, Share
from api.workspace.desk import WORK, Desk, WriteDesk
from api.workspace.forms import checked
from api.workspace.intake_view import answer, attempting, page_of

router = APIRouter(prefix=f"{WORK}/vragen/{{intake_id}}")

Text = Annotated[str, Form(max_length=2000)]
WHICH = {"person_id": "Kies een vrijwilliger."}


@router.post("/meelezen")
async def break_glass(intake_id: uuid.UUID, desk: WriteDesk, reason: Text = "") -> Response:
    """Opens the story for an hour, with a reason that the privacy officer reads."""
    async with attempting(desk, "meelezen", reason=reason) as attempt:
        intake = await desk.intakes.find(desk.person, intake_id)
        sentences = {"reason": "Schrijf op waarom het niet kan wachten: 10 tot 500 tekens."}
        body = checked(BreakGlass, sentences, reason=reason)
        await access.break_glass(desk.session, desk.person, intake, body.reason)
    return await answer(desk, intake_id, attempt, page_of(intake_id, "meelezen"))


@router.post("/delen")
async def share(intake_id: uuid.UUID, desk: WriteDesk, person_id: Text = "") -> Response:
    """Lets a volunteer read it, who sees it in the list at once."""
    async with attempting(desk, "delen", person_id=person_id) as attempt:
        intake = await desk.intakes.find(desk.person, intake_id)
        await access.share(desk.session, desk.person, intake, checked(Share, WHICH, person_id=person_id).person_id)
        _tell(desk)
    return await answer(desk, intake_id, attempt, page_of(intake_id, "gedeeld"))


@router.post("/niet-meer-delen")
async def unshare(intake_id: uuid.UUID, desk: WriteDesk, person_id: Text = "") -> Response:
    """Takes it back; a page that the volunteer has open shows it no longer."""
    async with attempting(desk, "niet-meer-delen", person_id=person_id) as attempt:
        intake = await desk.intakes.find(desk.person, intake_id)
        await access.unshare(desk.session, desk.person, intake, checked(Share, WHICH, person_id=person_id).person_id)
        _tell(desk)
    return await answer(desk, intake_id, attempt, page_of(intake_id, "niet-meer-gedeeld"))


def _tell(desk: Desk) -> None:
    desk.runtime.live.tell_on_commit(desk.session, LiveHub.QUEUE)
