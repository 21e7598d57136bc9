"""A process that dies or stops in the middle of a turn: the question is answered once, by whoever is left."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from api.app import create_app
from api.conversations.models import Turn
from api.conversations.turns import MAX_ATTEMPTS
from api.dependencies import Runtime
from api.settings import Settings
from tests.api.conftest import FakeAssistant
from tests.api.databases import SQLITE
from tests.api.people_at_work import Resident


class Crashing:
    """Makes the taker of a turn die while the assistant thinks, and says when it has."""

    def __init__(self, runtime: Runtime, assistant: FakeAssistant) -> None:
        self._runtime = runtime
        self._died = asyncio.Event()
        assistant.before_answering = self._die

    async def once(self) -> None:
        """Returns when a taker has died, with its lease run out."""
        await asyncio.wait_for(self._died.wait(), 10)
        self._died.clear()
        await self._runtime.turns.worker.finished()
        async with self._runtime.database.write() as session:
            await session.execute(update(Turn).values(leased_until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)))

    async def _die(self) -> None:
        self._died.set()
        raise asyncio.CancelledError


async def test_turn_that_a_crash_cut_off_is_taken_once_after_restart(
    settings: Settings, assistant: FakeAssistant, runtime: Runtime, resident: Resident
) -> None:
    crashing = Crashing(runtime, assistant)
    await resident.say("ik ben er nog")
    await crashing.once()
    assert (await resident.read())["assistantBusy"] is True
    assistant.before_answering = None
    second = create_app(settings, assistant)
    async with second.router.lifespan_context(second):
        messages = await resident.answered()
    assert [message["text"] for message in messages].count("Ik hoorde: ik ben er nog") == 1
    assert len(set(assistant.turns)) == 1, "the assistant must be able to recognise the turn"


@pytest.mark.parametrize("database_kind", [SQLITE])  # elsewhere another process may be at work on it: its lease counts
async def test_what_a_dead_process_was_asking_is_asked_again_when_the_assistant_is_there(
    settings: Settings, assistant: FakeAssistant, runtime: Runtime, resident: Resident
) -> None:
    died = asyncio.Event()

    async def die() -> None:
        died.set()
        raise asyncio.CancelledError

    assistant.before_answering = die
    await resident.say("ik ben er nog")
    await asyncio.wait_for(died.wait(), 10)
    await runtime.turns.worker.finished()
    # Who died looks no more.
    await runtime.background.stop()
    assistant.before_answering, assistant.down = None, True
    second = create_app(settings, assistant)
    async with second.router.lifespan_context(second):
        await asyncio.sleep(0)
        assert (await resident.read())["assistantBusy"] is True, "no notice while the assistant is still waking"
        assistant.down = False
        # The lease would last twenty seconds.
        async with asyncio.timeout(10):
            messages = await resident.answered()
    assert [message["text"] for message in messages].count("Ik hoorde: ik ben er nog") == 1
    assert len(set(assistant.turns)) == 1


async def test_turn_that_keeps_crashing_ends_with_the_honest_answer(
    assistant: FakeAssistant, runtime: Runtime, resident: Resident
) -> None:
    crashing = Crashing(runtime, assistant)
    await resident.say("hallo")
    for _ in range(MAX_ATTEMPTS):
        await crashing.once()
        runtime.turns.worker.wake()
    last = (await resident.answered())[-1]
    assert last["kind"] == "notice"
    assert len(assistant.turns) == MAX_ATTEMPTS


async def test_process_that_stops_gives_its_turns_to_another(
    settings: Settings, assistant: FakeAssistant, app: FastAPI, runtime: Runtime, resident: Resident
) -> None:
    thinking = asyncio.Event()

    async def think_for_ever() -> None:
        thinking.set()
        await asyncio.Event().wait()

    assistant.before_answering = think_for_ever
    await resident.say("hallo")
    await thinking.wait()
    runtime.turns.worker.stop()
    await runtime.turns.worker.finished()
    assistant.before_answering = None
    second = create_app(settings, assistant)
    async with second.router.lifespan_context(second):
        messages = await resident.answered()
    assert [message["text"] for message in messages[1:]] == ["hallo", "Ik hoorde: hallo"]
