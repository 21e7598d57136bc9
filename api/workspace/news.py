"""One stream of news for each browser at work: what changed, never what is in it. Pages then ask for their part again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.conversations.live import LiveHub
from api.conversations.presence import Doing, Sign
from api.database import undisturbed
from api.dependencies import Runtime, RuntimeDep, find_current
from api.intakes import repository
from api.workspace.bar import bar_for
from api.workspace.desk import WORK

router = APIRouter(prefix=WORK)

# A stream looks by itself this often: whether the person may still be here, and whether a word was missed.
LOOK_AGAIN_SECONDS = 15.0


@dataclass(frozen=True)
class Situation:
    """What one person's browser must know: who is in danger (references), how much waits, and where the person helps."""

    person: str
    alarms: list[str]
    counts: dict[str, int]
    conversations: dict[str, str]


@router.get("/nieuws", response_class=EventSourceResponse)
async def news(request: Request, runtime: RuntimeDep) -> AsyncIterator[ServerSentEvent]:
    """Events `wachtrij` (with the alarms of now), `gesprek` (with the id of the intake) and `uit` (signed out: stop).

    A page shares one stream with the other pages of its browser: over HTTP/1.1 that has six connections for us in all.
    """
    before: Situation | None = None
    with runtime.live.listen(LiveHub.QUEUE) as listener:
        heard: set[str] = {LiveHub.QUEUE}
        while not await request.is_disconnected():
            now = await undisturbed(_look(request, runtime))
            if now is None:
                yield ServerSentEvent(event="uit", data={})
                return
            listener.follow(LiveHub.QUEUE, *now.conversations)
            await _say_here(runtime, now)
            if LiveHub.QUEUE in heard or before is None or now != before:
                yield ServerSentEvent(event="wachtrij", data={"alarms": now.alarms})
            for conversation in heard & now.conversations.keys():
                yield ServerSentEvent(event="gesprek", data={"id": now.conversations[conversation]})
            before = now
            heard = set(await listener.wait(LOOK_AGAIN_SECONDS))


async def _look(request: Request, runtime: Runtime) -> Situation | None:
    """The situation in a transaction of its own; None when nobody is signed in any more."""
    async with runtime.database.read() as session:
        current = await find_current(request, session)
        if current is None:
            return None
        bar = await bar_for(session, current.person)
        own = await repository.own_conversations(session, current.person)
        return Situation(
            str(current.person.id),
            [item.reference for item in bar.alarms],
            bar.counts,
            {str(conversation): str(intake) for conversation, intake in own.items()},
        )


async def _say_here(runtime: Runtime, now: Situation) -> None:
    for conversation in now.conversations:
        sign = Sign(conversation, now.person, Doing.HERE)
        if runtime.live.presence.fades(sign):
            await runtime.live.signal(sign)
