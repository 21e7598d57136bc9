"""One stream of news for each browser at work: what changed, never what is in it. Pages then ask for their part again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.conversations.live import LiveHub
from api.conversations.presence import Doing, Sign
from api.database import undisturbed
from api.dependencies import Runtime, RuntimeDep, find_current
from api.workspace.desk import WORK
from api.workspace.newsroom import Newsroom, Situation, newsroom_of

router = APIRouter(prefix=WORK)

# A stream looks by itself this often: whether the person may still be here, and whether a word was missed.
LOOK_AGAIN_SECONDS = 15.0


@router.get("/nieuws", response_class=EventSourceResponse)
async def news(
    request: Request, runtime: RuntimeDep, room: Annotated[Newsroom, Depends(newsroom_of)]
) -> AsyncIterator[ServerSentEvent]:
    """Events `wachtrij` (with the alarms of now), `gesprek` (with the id of the intake) and `uit` (signed out: stop).

    A page shares one stream with the other pages of its browser: over HTTP/1.1 that has six connections for us in all.
    """
    before: Situation | None = None
    with runtime.live.listen(LiveHub.QUEUE) as listener:
        heard: set[str] = {LiveHub.QUEUE}
        token_hash = await undisturbed(_arrive(request, runtime))
        while not await request.is_disconnected():
            now = await room.look(token_hash) if token_hash else None
            if now is None:
                yield ServerSentEvent(event="uit", data={})
                return
            listener.follow(LiveHub.QUEUE, *now.conversations)
            if LiveHub.QUEUE in heard or before is None or now != before:
                yield ServerSentEvent(event="wachtrij", data={"alarms": [asdict(alarm) for alarm in now.alarms]})
            for conversation in heard & now.conversations.keys():
                yield ServerSentEvent(event="gesprek", data={"id": now.conversations[conversation]})
            await _say_here(runtime, now)
            before = now
            heard = set(await listener.wait(LOOK_AGAIN_SECONDS))


async def _arrive(request: Request, runtime: Runtime) -> str | None:
    """By which cookie this person is signed in; None when nobody is."""
    async with runtime.database.read() as session:
        current = await find_current(request, session)
        return current.sign_in.token_hash if current else None


async def _say_here(runtime: Runtime, now: Situation) -> None:
    for conversation in now.conversations:
        sign = Sign(conversation, now.person, Doing.HERE)
        if runtime.live.presence.fades(sign):
            await runtime.live.signal(sign)
