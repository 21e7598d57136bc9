"""A conversation that has ended: readable, silent, and no obstacle for those who help."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable

import pytest

from api.conversations.models import Owner, Status
from api.conversations.ownership import ALLOWED_CHANGES, may_become
from api.dependencies import Runtime
from tests.api.conftest import FakeAssistant
from tests.api.people_at_work import Professional, Resident, hand_over

SignIn = Callable[..., Awaitable[Professional]]
STATES = list(itertools.product(Owner, Status))


async def close(resident: Resident) -> int:
    return (await resident.client.post(f"{resident.path}/close", headers=resident.headers)).status_code


@pytest.mark.parametrize("state", STATES)
def test_nothing_follows_a_closed_conversation_and_every_open_one_can_be_closed(state: tuple[Owner, Status]) -> None:
    following = {after for before, after in ALLOWED_CHANGES if before == state}
    if state[1] is Status.CLOSED:
        assert following == set()
    else:
        assert (Owner.ASSISTANT, Status.CLOSED) in following
    assert not may_become(state, (Owner.WAITING, Status.CLOSED))


async def test_closed_conversation_is_read_and_not_spoken_in(resident: Resident, assistant: FakeAssistant) -> None:
    await resident.say("hallo")
    before = await resident.answered()
    assert await close(resident) == 200
    page = await resident.read()
    assert (page["status"], page["owner"], page["messages"]) == ("closed", "assistant", before)
    assert (await resident.post(text="bent u daar?")).status_code == 409
    assert await close(resident) == 409
    assert len(assistant.heard) == 1


async def test_answer_that_comes_after_the_end_is_never_said(
    resident: Resident, assistant: FakeAssistant, runtime: Runtime
) -> None:
    begun, hold = asyncio.Event(), asyncio.Event()

    async def think() -> None:
        begun.set()
        await hold.wait()

    assistant.before_answering = think
    await resident.say("hallo")
    await begun.wait()
    assert await close(resident) == 200
    assert (await resident.read())["assistantBusy"] is False
    hold.set()
    await runtime.turns.worker.finished()
    assert (await resident.messages())[-1]["text"] == "hallo"


async def test_people_go_on_helping_outside_a_closed_conversation(resident: Resident, professional: SignIn) -> None:
    intake = (await hand_over(resident)).json()["id"]
    assert await close(resident) == 200
    sanne = await professional()
    assert (await sanne.post(f"/intakes/{intake}/claim")).status_code == 200
    reply = await sanne.post(f"/intakes/{intake}/reply", text="Dag")
    assert reply.status_code == 409
    assert "telefoon" in reply.json()["detail"]
    assert (await sanne.post(f"/intakes/{intake}/close", outcome="helped")).status_code == 200


async def test_wrong_token_closes_nothing(resident: Resident) -> None:
    answer = await resident.client.post(f"{resident.path}/close", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 404
    assert (await resident.read())["status"] == "open"
