"""Intakes over HTTP: made by the assistant, worked on by professionals, looked up and withdrawn by the resident."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response

from api.dependencies import (
    CurrentPerson,
    ReadOwn,
    ReadSession,
    RuntimeDep,
    WriteOwn,
    WriteSession,
    require_service_token,
)
from api.intakes import queues
from api.intakes.models import IntakeStatus, Urgency
from api.intakes.paging import PAGE, Place
from api.intakes.routing import route
from api.intakes.schemas import (
    Closing,
    IntakeCreate,
    IntakeFilter,
    IntakeList,
    IntakeQueueItem,
    IntakeRead,
    NoteCreate,
    ReceiverList,
    ReferralList,
    Referring,
    Reopening,
    Reply,
    ResidentIntake,
    RouteRead,
    RouteRequest,
    ServiceCorrection,
    Transfer,
)
from api.intakes.service import Intakes, queue_item, whole
from api.intakes.views import route_read
from organisation.model import Referral

router = APIRouter(tags=["intakes"])

MAX_PAGE = 200


async def _writing(session: WriteSession, runtime: RuntimeDep) -> Intakes:
    return Intakes(session, runtime.catalogue, runtime.live)


async def _reading(session: ReadSession, runtime: RuntimeDep) -> Intakes:
    return Intakes(session, runtime.catalogue, runtime.live)


WriteIntakes = Annotated[Intakes, Depends(_writing)]
ReadIntakes = Annotated[Intakes, Depends(_reading)]


@router.post("/intakes", status_code=201, dependencies=[Depends(require_service_token)], operation_id="createIntake")
async def create_intake(
    body: IntakeCreate,
    intakes: WriteIntakes,
    response: Response,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=200)],
) -> IntakeQueueItem:
    """Hands a resident's question over to people. The same key again gives the same intake with 200.

    What the vault holds is not in the answer: the assistant, who asks, never sees it.
    """
    intake, new = await intakes.create(body, idempotency_key)
    if not new:
        response.status_code = 200
    return queue_item(intake)


@router.post("/routes", dependencies=[Depends(require_service_token)], operation_id="createRoute")
async def find_route(body: RouteRequest, runtime: RuntimeDep) -> RouteRead:
    """Where a question would go, without making it: so that the assistant can ask what is not clear. Nothing is kept."""
    return route_read(runtime.catalogue, route(runtime.catalogue, body.place, body.service))


@router.get("/intakes", operation_id="listIntakes")
async def list_intakes(
    current: CurrentPerson,
    session: ReadSession,
    status: Annotated[list[IntakeStatus] | None, Query()] = None,
    service: str | None = None,
    area: str | None = None,
    urgency: Urgency | None = None,
    mine: bool = False,
    after: Annotated[str | None, Query(max_length=120)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = PAGE,
) -> IntakeList:
    """A page of the queue of those who are signed in, most pressing first; `next` of the answer is `after` of the next page."""
    wanted = IntakeFilter(status=status or [], service=service, area=area, urgency=urgency, mine=mine)
    place = Place.parse(after) if after else None
    rows, following = await queues.queue(session, current.person, wanted, place, limit)
    return IntakeList(items=[queue_item(intake) for intake in rows], next=str(following) if following else None)


@router.get("/intakes/{intake_id}", operation_id="getIntake")
async def get_intake(intake_id: uuid.UUID, current: CurrentPerson, intakes: WriteIntakes) -> IntakeRead:
    """Everything of an intake, for the one who claimed it. The reading is logged."""
    return whole(await intakes.open(current.person, intake_id))


@router.post("/intakes/{intake_id}/claim", operation_id="claimIntake")
async def claim_intake(intake_id: uuid.UUID, current: CurrentPerson, intakes: WriteIntakes) -> IntakeRead:
    """Picks the intake up. 409 with the owner's name when a colleague was first."""
    return whole(await intakes.claim(current.person, intake_id))


@router.post("/intakes/{intake_id}/release", operation_id="releaseIntake")
async def release_intake(intake_id: uuid.UUID, current: CurrentPerson, intakes: WriteIntakes) -> IntakeRead:
    """Puts the intake back in the queue."""
    return whole(await intakes.release(current.person, intake_id))


@router.post("/intakes/{intake_id}/hand-back", operation_id="handBackIntake")
async def hand_back_intake(intake_id: uuid.UUID, current: CurrentPerson, intakes: WriteIntakes) -> IntakeRead:
    """Lets the assistant answer the resident again, who is told so. The intake stays with who helps."""
    return whole(await intakes.hand_back(current.person, intake_id))


@router.post("/intakes/{intake_id}/take-over", operation_id="takeOverIntake")
async def take_over_intake(intake_id: uuid.UUID, current: CurrentPerson, intakes: WriteIntakes) -> IntakeRead:
    """Takes the conversation back from the assistant; a reply does that too."""
    return whole(await intakes.take_over(current.person, intake_id))


@router.post("/intakes/{intake_id}/reply", operation_id="replyToIntake")
async def reply_to_intake(
    intake_id: uuid.UUID, body: Reply, current: CurrentPerson, intakes: WriteIntakes
) -> IntakeRead:
    """Answers the resident in the conversation."""
    return whole(await intakes.reply(current.person, intake_id, body.text))


@router.post("/intakes/{intake_id}/notes", operation_id="addNoteToIntake")
async def add_note(intake_id: uuid.UUID, body: NoteCreate, current: CurrentPerson, intakes: WriteIntakes) -> IntakeRead:
    """Keeps a note that residents do not see."""
    return whole(await intakes.add_note(current.person, intake_id, body.text))


@router.post("/intakes/{intake_id}/transfer", status_code=204, operation_id="transferIntake")
async def transfer_intake(intake_id: uuid.UUID, body: Transfer, current: CurrentPerson, intakes: WriteIntakes) -> None:
    """Passes the intake on to another team or to a colleague. Who helps stays until the receiver has come."""
    await intakes.transfer(current.person, intake_id, team=body.team, to=body.person, note=body.note)


@router.get("/intakes/{intake_id}/receivers", operation_id="listReceivers")
async def list_receivers(intake_id: uuid.UUID, current: CurrentPerson, intakes: ReadIntakes) -> ReceiverList:
    """Who could take over, the likeliest first."""
    return ReceiverList(items=await intakes.receivers(current.person, intake_id))


@router.post("/intakes/{intake_id}/reopen", operation_id="reopenIntake")
async def reopen_intake(
    intake_id: uuid.UUID, body: Reopening, current: CurrentPerson, intakes: WriteIntakes
) -> IntakeQueueItem:
    """Goes on with what was closed; a coordinator puts it back in the queue."""
    return queue_item(await intakes.reopen(current.person, intake_id, body.note))


@router.post("/intakes/{intake_id}/close", operation_id="closeIntake")
async def close_intake(
    intake_id: uuid.UUID, body: Closing, current: CurrentPerson, intakes: WriteIntakes
) -> IntakeRead:
    """Ends the help."""
    return whole(await intakes.close(current.person, intake_id, body.outcome, body.note))


@router.post("/intakes/{intake_id}/refer", operation_id="referIntake")
async def refer_intake(
    intake_id: uuid.UUID, body: Referring, current: CurrentPerson, intakes: WriteIntakes
) -> IntakeRead:
    """Ends the help here because another organisation does it; with consent that organisation hears of it."""
    other = Referral(**body.organisation.model_dump()) if body.organisation else None
    return whole(
        await intakes.refer(current.person, intake_id, organisation=other, consent=body.consent, note=body.note)
    )


@router.get("/intakes/{intake_id}/referrals", operation_id="listReferrals")
async def list_referrals(intake_id: uuid.UUID, current: CurrentPerson, intakes: ReadIntakes) -> ReferralList:
    """Who could be referred to, the likeliest first."""
    return ReferralList(items=await intakes.referrals(current.person, intake_id))


@router.post("/intakes/{intake_id}/service", operation_id="correctServiceOfIntake")
async def correct_service(
    intake_id: uuid.UUID, body: ServiceCorrection, current: CurrentPerson, intakes: WriteIntakes
) -> IntakeRead:
    """Corrects the service that the assistant chose."""
    return whole(await intakes.correct_service(current.person, intake_id, body.service))


@router.get("/conversations/{conversation_id}/intake", operation_id="getOwnIntake")
async def get_own_intake(own: ReadOwn, intakes: ReadIntakes) -> ResidentIntake:
    """What became of the question, for the resident."""
    return ResidentIntake.model_validate(await intakes.of_resident(own.row))


@router.delete("/conversations/{conversation_id}/intake", status_code=204, operation_id="withdrawOwnIntake")
async def withdraw_own_intake(own: WriteOwn, intakes: WriteIntakes) -> None:
    """Takes the question back."""
    await intakes.withdraw(own.row)
