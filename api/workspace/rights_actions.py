"""What a resident may ask of the one who helps: everything to take along, and everything erased. Check first who is asking."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import JSONResponse

from api.rights.schemas import Erasure
from api.rights.service import Rights
from api.workspace.desk import HEADERS, WORK, Desk, ReadAndLogDesk, WriteDesk
from api.workspace.forms import Unfinished, checked
from api.workspace.intake_view import answer, attempting

router = APIRouter(prefix=f"{WORK}/vragen/{{intake_id}}")

Text = Annotated[str, Form(max_length=2000)]


def _rights(desk: Desk) -> Rights:
    return Rights(desk.session, desk.runtime.catalogue, desk.runtime.live)


@router.get("/gegevens")
async def take_along(intake_id: uuid.UUID, desk: ReadAndLogDesk) -> Response:
    """Everything we have of this resident as a file; it is logged."""
    intake = await desk.intakes.find_own(desk.person, intake_id)
    data = await _rights(desk).export_by_reference(intake, desk.person.id)
    name = f"gegevens-{intake.reference}.json"
    return JSONResponse(data, headers={**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'})


@router.post("/wissen")
async def erase(intake_id: uuid.UUID, desk: WriteDesk, reason: Text = "", sure: Text = "") -> Response:
    """Erases the question, the conversation and what belongs to them. Only the log keeps that it was done, and why."""
    async with attempting(desk, "wissen", reason=reason, sure=sure) as attempt:
        intake = await desk.intakes.find_own(desk.person, intake_id)
        sentences = {"reason": "Schrijf op hoe u weet dat de inwoner dit vraagt: 5 tot 500 tekens."}
        body = checked(Erasure, sentences, reason=reason)
        if sure != "1":
            raise Unfinished("sure", "Kruis aan dat u het zeker weet. Wissen kan niet ongedaan worden gemaakt.")
        await _rights(desk).erase_by_reference(intake, desk.person.id, body.reason)
    return await answer(desk, intake_id, attempt, f"{WORK}/mijn?melding=gewist")
