"""A resident's rights over HTTP, with the token of the conversation; and by the professional who helps, with the reference."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from api.dependencies import CurrentPerson, RuntimeDep, WriteOwn, WriteSession
from api.intakes.endpoints import WriteIntakes
from api.intakes.schemas import ResidentIntake
from api.rights.schemas import ContactCorrection, Erasure
from api.rights.service import Rights

router = APIRouter(tags=["rights"])


async def _rights(session: WriteSession, runtime: RuntimeDep) -> Rights:
    return Rights(session, runtime.catalogue, runtime.live)


RightsDep = Annotated[Rights, Depends(_rights)]


@router.get("/conversations/{conversation_id}/export", operation_id="exportOwnData")
async def export_own(own: WriteOwn, rights: RightsDep) -> JSONResponse:
    """Everything we have of the resident, for another program: messages, what was handed over, and who read it."""
    return _file(await rights.export_conversation(own.row))


@router.patch("/conversations/{conversation_id}/intake", operation_id="correctOwnIntake")
async def correct_own_intake(body: ContactCorrection, own: WriteOwn, intakes: WriteIntakes) -> ResidentIntake:
    """Corrects how the resident can be reached. Only what is sent changes."""
    changed = body.contact.model_dump(exclude_unset=True)
    return ResidentIntake.model_validate(await intakes.correct_contact(own.row, changed))


@router.get("/intakes/{intake_id}/export", operation_id="exportIntake")
async def export_intake(
    intake_id: uuid.UUID, current: CurrentPerson, intakes: WriteIntakes, rights: RightsDep
) -> JSONResponse:
    """The same, for a resident who asks the professional who helps."""
    intake = await intakes.find_own(current.person, intake_id)
    return _file(await rights.export_by_reference(intake, current.person.id))


@router.post("/intakes/{intake_id}/erasure", status_code=204, operation_id="eraseIntake")
async def erase_intake(
    intake_id: uuid.UUID, body: Erasure, current: CurrentPerson, intakes: WriteIntakes, rights: RightsDep
) -> None:
    """Erases everything of the resident, when the resident asks the professional who helps. The audit log keeps that it was done."""
    intake = await intakes.find_own(current.person, intake_id)
    await rights.erase_by_reference(intake, current.person.id, body.reason)


def _file(data: dict[str, Any]) -> JSONResponse:
    return JSONResponse(data, headers={"Content-Disposition": 'attachment; filename="mijn-gegevens.json"'})
