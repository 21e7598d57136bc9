"""The honest answer comes within the promised time from arrival, however long the queue is."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlalchemy import update

from api.app import create_app
from api.conversations.models import Turn
from api.conversations.turns import AT_ONCE
from api.dependencies import Runtime
from api.settings import Settings
from tests.api.conftest import FakeAssistant
from tests.api.people_at_work import Resident

RESIDENTS = 3 * AT_ONCE


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.assistant_timeout_seconds = 4.0
    return settings


async def test_waiting_in_the_queue_counts(resident: Resident, assistant: FakeAssistant, settings: Settings) -> None:
    assistant.before_answering = asyncio.Event().wait
    residents = [await Resident.arrive(resident.client) for _ in range(RESIDENTS)]
    clock = asyncio.get_running_loop()

    async def ask(one: Resident) -> tuple[float, str]:
        arrived = clock.time()
        await one.say("hallo")
        last = (await one.answered())[-1]
        return clock.time() - arrived, last["kind"]

    told = await asyncio.gather(*(ask(one) for one in residents))
    assert {kind for _, kind in told} == {"notice"}
    # Two rounds of the queue would take twice the time; the rest is what a busy machine may add.
    assert max(seconds for seconds, _ in told) < 2 * settings.assistant_timeout_seconds


async def test_what_a_process_left_behind_gets_the_whole_time(
    resident: Resident, runtime: Runtime, assistant: FakeAssistant, settings: Settings
) -> None:
    runtime.turns.worker.stop()
    runtime.turns.late.stop()
    await resident.say("hallo")
    async with runtime.database.write() as session:
        await session.execute(update(Turn).values(created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)))
    second = create_app(settings, assistant)
    async with second.router.lifespan_context(second):
        messages = await resident.answered()
    assert [message["text"] for message in messages[1:]] == ["hallo", "Ik hoorde: hallo"]
