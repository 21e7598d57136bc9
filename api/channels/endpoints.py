"""The way of messages out, over HTTP: for those who help a resident and for coordinators."""

from __future__ import annotations

import uuid

from fastapi import APIRouter

from api.channels import repository
from api.channels.schemas import DeliveredMessage, IntakeConversation, LostMessage, LostMessages, MessageDelivery
from api.channels.service import MessageDeliveries, check_coordinator, conversation_of
from api.conversations.schemas import MessageRead
from api.dependencies import CurrentPerson, ReadSession, RuntimeDep, WriteSession
from api.intakes.service import Intakes

router = APIRouter(tags=["messages"])


@router.get("/intakes/{intake_id}/messages", operation_id="listIntakeMessages")
async def list_intake_messages(
    intake_id: uuid.UUID, current: CurrentPerson, session: WriteSession, runtime: RuntimeDep
) -> IntakeConversation:
    """The conversation of an intake, up to its closing, with what is known of each message's way. Reading it is logged.

    For the one who helps, and for who may read the story all the same.
    """
    intakes = Intakes(session, runtime.catalogue, runtime.live)
    intake = await intakes.open(current.person, intake_id)
    conversation = await conversation_of(session, intake.conversation_id)
    if conversation is None:
        return IntakeConversation(messages=[], owner=None, status=None)
    deliveries = await repository.deliveries_of(session, conversation.id)
    return IntakeConversation(
        messages=[
            DeliveredMessage(
                **MessageRead.model_validate(message).model_dump(),
                delivery=MessageDelivery.model_validate(deliveries[message.seq]) if message.seq in deliveries else None,
            )
            for message in await intakes.messages(intake)
        ],
        owner=conversation.owner,
        status=conversation.status,
    )


@router.get("/message-deliveries", operation_id="listLostMessages")
async def list_lost_messages(current: CurrentPerson, session: ReadSession) -> LostMessages:
    """The messages that did not arrive, or perhaps not, newest first; for a coordinator. No story, no names."""
    check_coordinator(current.person)
    return LostMessages(
        items=[
            LostMessage(
                **MessageDelivery.model_validate(delivery).model_dump(),
                seq=delivery.seq,
                sender=message.sender,
                created_at=delivery.created_at,
                intake_id=intake.id if intake else None,
                intake_reference=intake.reference if intake else None,
                team=intake.team if intake else None,
            )
            for delivery, message, intake in await repository.lost(session)
        ]
    )


@router.post("/message-deliveries/{delivery_id}/retry", status_code=202, operation_id="retryLostMessage")
async def retry_lost_message(
    delivery_id: uuid.UUID, current: CurrentPerson, session: WriteSession, runtime: RuntimeDep
) -> None:
    """Sends a lost message once more. One that is uncertain may come twice."""
    await MessageDeliveries(session, runtime.live).retry(current.person, delivery_id)
