"""The resident's side of a conversation over HTTP. The token is the only key; a wrong one sees what nobody sees: 404."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import PlainTextResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.conversations.models import Conversation, Owner
from api.conversations.presence import RESIDENT, Doing, Sign
from api.conversations.repository import messages_after
from api.conversations.schemas import (
    ConversationChange,
    ConversationCreate,
    ConversationCreated,
    ConversationRead,
    FeedbackCreate,
    MessageAccepted,
    MessageCreate,
    MessageRead,
)
from api.conversations.service import Conversations
from api.conversations.transcript import transcript
from api.database import undisturbed
from api.dependencies import (
    Bearer,
    ReadOwn,
    Runtime,
    RuntimeDep,
    WriteOwn,
    WriteSession,
    limit_conversations,
    limit_messages,
    limit_signs,
)
from api.errors import NotFound
from api.rights.service import Rights

router = APIRouter(prefix="/conversations", tags=["conversations"])

MAX_WAIT_SECONDS = 25
# A stream says this often that its reader is still there. News comes when it is told; what is told to nobody, `Sweep` finds.
SIGN_SECONDS = 5.0


@router.post("", status_code=201, dependencies=[Depends(limit_conversations)], operation_id="createConversation")
async def create_conversation(
    body: ConversationCreate, session: WriteSession, runtime: RuntimeDep
) -> ConversationCreated:
    """Opens a conversation. The answer holds the token once; keep it for as long as the conversation lasts."""
    conversations = Conversations(session, runtime.catalogue, runtime.live)
    conversation, token, greeting = await conversations.open(body.channel, body.language)
    return ConversationCreated(id=conversation.id, token=token, messages=[MessageRead.model_validate(greeting)])


@router.patch("/{conversation_id}", operation_id="changeConversation")
async def change_conversation(body: ConversationChange, own: WriteOwn) -> ConversationRead:
    """Goes on in another language. What was said stays as it was."""
    own.service.speak(own.row, body.language)
    return await own.service.read(own.row, after=0)


@router.post(
    "/{conversation_id}/messages",
    status_code=202,
    dependencies=[Depends(limit_messages)],
    operation_id="createMessage",
)
async def create_message(
    body: MessageCreate, own: WriteOwn, runtime: RuntimeDep, response: Response
) -> MessageAccepted:
    """Stores what the resident says, then acknowledges it. The same `clientMessageId` and body again: 200 and the same seq."""
    seq, new = await own.service.receive(own.row, body)
    if new:
        await runtime.turns.expect(own.session, own.row.id)
    else:
        response.status_code = 200
    return MessageAccepted(seq=seq)


@router.get("/{conversation_id}/messages", operation_id="listMessages")
async def list_messages(
    own: ReadOwn,
    runtime: RuntimeDep,
    bearer: Bearer,
    after: Annotated[int, Query(ge=0)] = 0,
    wait: Annotated[float, Query(ge=0, le=MAX_WAIT_SECONDS)] = 0,
) -> ConversationRead:
    """Messages later than `after`, and owner and status. With `wait` the answer comes when something changes, or then."""
    before = await own.service.read(own.row, after)
    if before.messages or wait == 0:
        return before
    await own.session.close()  # nothing of the database is held while waiting
    clock = asyncio.get_running_loop()
    deadline = clock.time() + wait
    await _sign(runtime, own.row.id, own.row.owner, Doing.HERE)
    with runtime.live.listen(str(own.row.id)) as listener:
        # Once more: something may have come between reading and listening.
        heard: object = True
        while (left := deadline - clock.time()) > 0:
            if heard:
                now = await _read_again(runtime, own.row, bearer.credentials if bearer else None, after)
                if now.messages or now != before:
                    return now
            heard = await listener.wait(left)
    return await _read_again(runtime, own.row, bearer.credentials if bearer else None, after)


@router.get("/{conversation_id}/events", response_class=EventSourceResponse, operation_id="streamMessages")
async def stream_messages(
    own: ReadOwn,
    runtime: RuntimeDep,
    bearer: Bearer,
    request: Request,
    last_event_id: Annotated[int, Header(alias="Last-Event-ID", ge=0)] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """The same as a stream: an event for every change, its id the last seq, so that a reconnecting client misses nothing."""
    await own.session.close()
    token = bearer.credentials if bearer else None
    after, before = last_event_id, None
    with runtime.live.listen(str(own.row.id)) as listener:
        heard: object = True
        while not await request.is_disconnected():
            if heard:
                try:
                    now = await undisturbed(_read_again(runtime, own.row, token, after))
                except NotFound:
                    return
                state = now.model_copy(update={"messages": []})
                if now.messages or state != before:
                    before = state
                    after = now.messages[-1].seq if now.messages else after
                    yield ServerSentEvent(data=now.model_dump(mode="json", by_alias=True), id=str(after))
            await _sign(runtime, own.row.id, now.owner, Doing.HERE)
            heard = await listener.wait(SIGN_SECONDS)


@router.post(
    "/{conversation_id}/typing",
    status_code=204,
    dependencies=[Depends(limit_signs)],
    operation_id="createTypingSign",
)
async def create_typing_sign(own: ReadOwn, runtime: RuntimeDep) -> None:
    """Lets the professional see for some seconds that the resident is typing. Nothing is stored, and never what is typed."""
    await _sign(runtime, own.row.id, own.row.owner, Doing.TYPING)


@router.get("/{conversation_id}/transcript", response_class=PlainTextResponse, operation_id="getTranscript")
async def get_transcript(own: ReadOwn, runtime: RuntimeDep) -> PlainTextResponse:
    """The whole conversation as plain text, for the resident to keep."""
    messages = await messages_after(own.session, own.row.id, 0)
    return PlainTextResponse(
        transcript(messages, runtime.catalogue),
        headers={"Content-Disposition": 'attachment; filename="gesprek.txt"'},
    )


@router.post("/{conversation_id}/feedback", status_code=201, operation_id="createFeedback")
async def create_feedback(body: FeedbackCreate, own: WriteOwn) -> Response:
    """Keeps what the resident thought of it."""
    await own.service.keep_feedback(own.row, body)
    return Response(status_code=201)


@router.post("/{conversation_id}/close", operation_id="closeConversation")
async def close_conversation(own: WriteOwn) -> ConversationRead:
    """Ends the conversation, whoever has it. It can still be read, kept and erased; what was handed over stays handed over."""
    await own.service.close(own.row, "resident")
    return await own.service.read(own.row, own.row.last_seq)


@router.delete("/{conversation_id}", status_code=204, operation_id="deleteConversation")
async def delete_conversation(own: WriteOwn, runtime: RuntimeDep) -> None:
    """Erases the conversation, and the content of its intakes. The assistant forgets it now, or as soon as it answers again."""
    await Rights(own.session, runtime.catalogue, runtime.live).erase_conversation(own.row)


async def _sign(runtime: Runtime, conversation_id: uuid.UUID, owner: Owner, doing: Doing) -> None:
    """Tells a professional what the resident does. While only the assistant listens nobody needs to know."""
    sign = Sign(str(conversation_id), RESIDENT, doing)
    if owner is not Owner.ASSISTANT and runtime.live.presence.fades(sign):
        await runtime.live.signal(sign)


async def _read_again(runtime: Runtime, row: Conversation, token: str | None, after: int) -> ConversationRead:
    async with runtime.database.read() as session:
        conversations = Conversations(session, runtime.catalogue, runtime.live)
        return await conversations.read(await conversations.find(row.id, token), after)
