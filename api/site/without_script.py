"""The chat as forms, for browsers without JavaScript: the same conversation, the same limits, the same rights."""

from __future__ import annotations

import asyncio
import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api.conversations.endpoints import create_feedback, create_message, delete_conversation, get_transcript
from api.conversations.models import Sender, Status
from api.conversations.schemas import ConversationRead, FeedbackCreate, MessageCreate
from api.conversations.service import Conversations
from api.dependencies import OwnConversation, Runtime, RuntimeDep, WriteSession, address_of
from api.errors import NotFound, Problem
from api.intakes.endpoints import get_own_intake, withdraw_own_intake
from api.intakes.schemas import ResidentIntake
from api.intakes.service import Intakes
from api.site.showing import NO_STORE, show
from api.site.visitor import PATH, Key, ReadVisit, Visit, WriteVisit, again, forget, remember, require_own_form
from api.wire import MAX_TEXT

router = APIRouter(include_in_schema=False)

ELSEWHERE = "https://www.buienradar.nl"
# A page that comes back with the answer on it saves the resident a reload. Shorter than a proxy's patience.
WAIT_SECONDS = 8.0
LOOK_AGAIN_SECONDS = 1.0
EMPTY = "Typ eerst uw bericht. Dan kunnen wij u helpen."
TOO_LONG = f"Uw bericht is te lang. Maak het korter dan {MAX_TEXT} tekens, of verdeel het over twee berichten."


@router.get(PATH)
async def conversation(
    request: Request, visit: ReadVisit, runtime: RuntimeDep, na: Annotated[int | None, Query(ge=0)] = None
) -> Response:
    """The conversation of this browser, or the form that opens one. With `na` (a seq) it waits a moment for the answer."""
    if visit is None:
        return _show_start(request, runtime)
    if na:
        await visit.own.session.close()  # nothing of the database is held while waiting
        await _once_answered(runtime, visit.key, WAIT_SECONDS)
        visit = await again(visit)
    return await _show(request, runtime, visit)


@router.post(PATH)
async def say(
    request: Request,
    visit: WriteVisit,
    session: WriteSession,
    runtime: RuntimeDep,
    nummer: Annotated[uuid.UUID | None, Form()] = None,
    tekst: Annotated[str, Form()] = "",
    keuze: Annotated[str | None, Form(max_length=64)] = None,
) -> Response:
    """Says something in the conversation of this browser, or in a new one. What was typed comes back when it cannot be sent."""
    try:
        message = _message(nummer or uuid.uuid4(), tekst, keuze)
        if visit is None:
            await runtime.limits.conversation(address_of(request))
            key, own = await _open(session, runtime)
        else:
            key, own = visit.key, visit.own
        await runtime.limits.message(f"{key.id} {key.token}", address_of(request))
        accepted = await create_message(message, own, runtime, Response())
    except Problem as problem:
        # The page says what went wrong and what was typed: nothing has to be typed again.
        if visit is None:
            response = _show_start(request, runtime, problem.status, problem.detail, tekst)
        else:
            response = await _show(request, runtime, visit, problem.status, problem.detail, tekst)
        response.headers.update(problem.headers)
        return response
    response = _go_on(f"?na={accepted.seq}#nieuw")
    remember(response, key, runtime.settings)
    return response


@router.get(f"{PATH}/gesprek.txt")
async def keep(visit: ReadVisit, runtime: RuntimeDep) -> Response:
    """The whole conversation as a file."""
    return await get_transcript(_required(visit).own, runtime)


@router.get(f"{PATH}/wissen")
async def ask_to_erase(request: Request, visit: ReadVisit, runtime: RuntimeDep) -> Response:
    """Asks whether the resident is sure."""
    return show(request, runtime, "formulier/wissen.html", NO_STORE, key=_required(visit).key)


@router.post(f"{PATH}/wissen")
async def erase(visit: WriteVisit, runtime: RuntimeDep) -> Response:
    """Erases the conversation, then forgets its key."""
    await delete_conversation(_required(visit).own, runtime)
    response = _go_on("?gewist=ja")
    forget(response)
    return response


@router.post(f"{PATH}/intrekken")
async def withdraw(visit: WriteVisit, runtime: RuntimeDep) -> Response:
    """Takes back what was handed over."""
    own = _required(visit).own
    await withdraw_own_intake(own, Intakes(own.session, runtime.catalogue, runtime.live))
    return _go_on("#nieuw")


@router.post(f"{PATH}/waardering")
async def judge(visit: WriteVisit, score: Annotated[int, Form(ge=1, le=5)]) -> Response:
    """Keeps what the resident thought of it."""
    await create_feedback(FeedbackCreate(score=score), _required(visit).own)
    return _go_on("?bedankt=ja#meer")


@router.post(f"{PATH}/klaar")
async def leave(request: Request) -> Response:
    """Forgets the key: whoever comes after on this computer sees nothing. The conversation stays."""
    require_own_form(request)
    response = _go_on("?klaar=ja")
    forget(response)
    return response


@router.get("/chat/weg")
async def leave_quickly() -> Response:
    """For people who are watched: forgets the key, and goes to a page that many have open."""
    response = RedirectResponse(ELSEWHERE, 303, {**NO_STORE, "Clear-Site-Data": '"cache", "storage"'})
    forget(response)
    return response


def _message(number: uuid.UUID, text: str, choice: str | None) -> MessageCreate:
    """What was sent. Raises `Problem` with a sentence for the resident."""
    try:
        return MessageCreate(client_message_id=number, text=None if choice else text, choice=choice)
    except ValidationError:
        raise _Unusable(TOO_LONG if text.strip() else EMPTY) from None


class _Unusable(Problem):
    status = 400
    title = "Uw bericht is nog niet verstuurd"


async def _open(session: WriteSession, runtime: Runtime) -> tuple[Key, OwnConversation]:
    service = Conversations(session, runtime.catalogue, runtime.live)
    row, token, _ = await service.open("web", "nl")
    return Key(row.id, token), OwnConversation(row, service, session)


async def _once_answered(runtime: Runtime, key: Key, wait: float) -> None:
    """Returns when the assistant owes no answer any more, or after `wait` seconds. Raises `NotFound` when the conversation is gone."""
    time = asyncio.get_running_loop().time
    deadline = time() + wait
    with runtime.live.listen(str(key.id)) as listener:
        while (left := deadline - time()) > 0:
            async with runtime.database.read() as session:
                service = Conversations(session, runtime.catalogue, runtime.live)
                if not (await service.read(await service.find(key.id, key.token), 0)).assistant_busy:
                    return
            await listener.wait(min(left, LOOK_AGAIN_SECONDS))


async def _show(
    request: Request, runtime: Runtime, visit: Visit, status: int = 200, problem: str | None = None, draft: str = ""
) -> Response:
    own = visit.own
    now = await own.service.read(own.row, 0)
    return show(
        request,
        runtime,
        "formulier/gesprek.html",
        NO_STORE,
        status,
        key=visit.key,
        now=now,
        new_number=uuid.uuid4,
        draft=draft,
        problem=problem,
        spoken=_last_spoken(now),
        intake=await _intake(own, runtime),
        ended=now.status is Status.CLOSED,
    )


def _show_start(
    request: Request, runtime: Runtime, status: int = 200, problem: str | None = None, draft: str = ""
) -> Response:
    return show(
        request,
        runtime,
        "formulier/begin.html",
        NO_STORE,
        status,
        new_number=uuid.uuid4,
        draft=draft,
        problem=problem,
        greeting=runtime.catalogue.text("greeting"),
    )


def _last_spoken(now: ConversationRead) -> int:
    """The seq of what the resident said last: only choices offered after it can still be taken."""
    return max((message.seq for message in now.messages if message.sender is Sender.RESIDENT), default=0)


async def _intake(own: OwnConversation, runtime: Runtime) -> ResidentIntake | None:
    intakes = Intakes(own.session, runtime.catalogue, runtime.live)
    try:
        return await get_own_intake(own, intakes)
    except NotFound:
        return None


def _go_on(address: str) -> RedirectResponse:
    return RedirectResponse(f"{PATH}{address}", 303, NO_STORE)


def _required(visit: Visit | None) -> Visit:
    if visit is None:
        raise NotFound("Dit gesprek is er niet (meer). Begin een nieuw gesprek.")
    return visit
