"""Breaking the glass, and sharing with a volunteer, over HTTP."""

from __future__ import annotations

import uuid

from fastapi import APIRouter

from api.dependencies import CurrentPerson, WriteSession
from api.intakes import access
from api.intakes.endpoints import WriteIntakes
from api.intakes.schemas import BreakGlass, Share

router = APIRouter(prefix="/intakes/{intake_id}", tags=["intakes"])


@router.post("/break-glass", status_code=204, operation_id="breakGlass")
async def break_glass(
    intake_id: uuid.UUID, body: BreakGlass, current: CurrentPerson, session: WriteSession, intakes: WriteIntakes
) -> None:
    """Opens the story for an hour, when somebody is in need and the one who helps is not there. The privacy officer is told."""
    await access.break_glass(session, current.person, await intakes.find(current.person, intake_id), body.reason)


@router.post("/shares", status_code=204, operation_id="shareIntake")
async def share(
    intake_id: uuid.UUID, body: Share, current: CurrentPerson, session: WriteSession, intakes: WriteIntakes
) -> None:
    """Lets a volunteer read it."""
    await access.share(session, current.person, await intakes.find(current.person, intake_id), body.person_id)


@router.delete("/shares/{person_id}", status_code=204, operation_id="unshareIntake")
async def unshare(
    intake_id: uuid.UUID, person_id: uuid.UUID, current: CurrentPerson, session: WriteSession, intakes: WriteIntakes
) -> None:
    """Takes it back."""
    await access.unshare(session, current.person, await intakes.find(current.person, intake_id), person_id)
