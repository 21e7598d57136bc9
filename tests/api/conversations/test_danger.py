"""Somebody in danger gets the help lines at once, also when the assistant has no say in the conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from api.conversations.assistant import Reply
from api.dependencies import Runtime
from tests.api.conftest import FakeAssistant
from tests.api.people_at_work import Professional, Resident, hand_over

SignIn = Callable[..., Awaitable[Professional]]


async def crises(resident: Resident, runtime: Runtime) -> list[dict[str, Any]]:
    """The texts about danger, once everything that was said has been looked at."""
    await asyncio.sleep(0)
    await runtime.turns.worker.finished()
    return [message for message in await resident.messages() if message["kind"] == "crisis"]


async def with_a_person(resident: Resident, professional: SignIn) -> tuple[Professional, str]:
    intake = (await hand_over(resident)).json()["id"]
    sanne = await professional()
    assert (await sanne.post(f"/intakes/{intake}/claim")).status_code == 200
    return sanne, intake


async def test_by_rule_while_a_person_answers(
    resident: Resident, runtime: Runtime, assistant: FakeAssistant, professional: SignIn
) -> None:
    sanne, intake = await with_a_person(resident, professional)
    assistant.down = True
    await resident.say("ik wil niet meer leven")
    (said,) = await crises(resident, runtime)
    assert said["sender"] == "system"
    assert "113" in said["text"]
    assert assistant.heard == []
    page = (await sanne.get(f"/intakes/{intake}")).json()
    assert page["urgency"] == "crisis"
    assert page["history"][-1]["action"] == "crisis_heard"
    assert page["history"][-1]["detail"] == "suicide"
    assert (await resident.read())["owner"] == "professional"


async def test_as_the_assistant_hears_it_while_a_person_answers(
    resident: Resident, runtime: Runtime, assistant: FakeAssistant, professional: SignIn
) -> None:
    sanne, intake = await with_a_person(resident, professional)
    assistant.intent = "crisis_violence"
    await resident.say("hij doet het weer als de kinderen slapen, bel 0612345678")
    (said,) = await crises(resident, runtime)
    assert "Veilig Thuis" in said["text"]
    assert assistant.understood == ["hij doet het weer als de kinderen slapen, bel ⟨telefoon-1⟩"]
    assert (await sanne.get("/intakes", urgency="crisis")).json()["items"][0]["id"] == intake


async def test_while_everybody_waits_for_a_person(
    resident: Resident, runtime: Runtime, assistant: FakeAssistant, professional: SignIn
) -> None:
    assistant.answer = lambda _: [Reply("Er komt iemand.", kind="reference", hand_over=True)]
    await resident.say("mens")
    await resident.answered()
    await hand_over(resident)
    await resident.say("ik wil niet meer leven")
    assert len(await crises(resident, runtime)) == 1
    sanne = await professional()
    assert [item["urgency"] for item in (await sanne.get("/intakes")).json()["items"]] == ["crisis"]


async def test_ordinary_words_to_a_person_bring_nothing(
    resident: Resident, runtime: Runtime, professional: SignIn
) -> None:
    sanne, intake = await with_a_person(resident, professional)
    await resident.say("dank u wel")
    assert await crises(resident, runtime) == []
    assert (await resident.read())["assistantBusy"] is False
    assert (await sanne.get(f"/intakes/{intake}")).json()["urgency"] == "normal"


async def test_same_numbers_are_not_named_in_every_message(
    resident: Resident, runtime: Runtime, professional: SignIn
) -> None:
    await with_a_person(resident, professional)
    for _ in range(3):
        await resident.say("ik wil niet meer leven")
    assert len(await crises(resident, runtime)) == 1


@pytest.mark.parametrize("thinking", [True, False])
async def test_what_was_said_before_a_take_over_is_still_looked_at(
    resident: Resident, runtime: Runtime, assistant: FakeAssistant, professional: SignIn, thinking: bool
) -> None:
    intake = (await hand_over(resident)).json()["id"]
    begun, hold = asyncio.Event(), asyncio.Event()

    async def think() -> None:
        begun.set()
        await hold.wait()

    assistant.before_answering = think
    await resident.say("bent u daar?")
    await begun.wait()
    if not thinking:
        await resident.say("ik wil niet meer leven")
    assistant.intent = "crisis_suicide" if thinking else "hulp_ontmoeting"
    sanne = await professional()
    assert (await sanne.post(f"/intakes/{intake}/claim")).status_code == 200
    hold.set()
    async with asyncio.timeout(30):
        while not (said := await crises(resident, runtime)):  # noqa: ASYNC110  nobody tells when it was looked at
            await asyncio.sleep(0.01)
    assert len(said) == 1
    assert not any("Ik hoorde" in message["text"] for message in await resident.messages())
