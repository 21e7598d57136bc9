"""What the assistant may ask about what it handed over: how it stands, and to take it back. Only of the conversation it is talking in."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends

from api.conversations import repository as conversation_rows
from api.conversations.models import Conversation
from api.dependencies import ReadSession, RuntimeDep, WriteSession, require_service_token
from api.errors import NotFound
from api.intakes.schemas import AssistantIntake
from api.intakes.service import Intakes

router = APIRouter(prefix="/intakes/of-conversation", tags=["intakes"], dependencies=[Depends(require_service_token)])


async def _reading(conversation_id: uuid.UUID, session: ReadSession) -> Conversation:
    return _there(await conversation_rows.get(session, conversation_id))


async def _writing(conversation_id: uuid.UUID, session: WriteSession) -> Conversation:
    return _there(await conversation_rows.get(session, conversation_id))


def _there(conversation: Conversation | None) -> Conversation:
    if conversation is None:
        raise NotFound("Dit gesprek is er niet (meer).")
    return conversation


@router.get("/{conversation_id}", operation_id="getIntakeOfConversation")
async def get_intake(
    conversation: Annotated[Conversation, Depends(_reading)], session: ReadSession, runtime: RuntimeDep
) -> AssistantIntake:
    """The last intake of this conversation: number, status and by when. 404 when there is none."""
    intake = await Intakes(session, runtime.catalogue, runtime.live).of_resident(conversation)
    return AssistantIntake.model_validate(intake)


@router.delete("/{conversation_id}", status_code=204, operation_id="withdrawIntakeOfConversation")
async def withdraw_intake(
    conversation: Annotated[Conversation, Depends(_writing)], session: WriteSession, runtime: RuntimeDep
) -> None:
    """Takes back what was handed over, because the resident said so to the assistant. 404 when there is nothing."""
    await Intakes(session, runtime.catalogue, runtime.live).withdraw(conversation)
