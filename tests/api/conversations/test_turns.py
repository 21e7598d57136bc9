"""The assistant's turns: one at a time, found again after a crash, honest when it is down, silent after a take-over."""

import asyncio
from collections.abc import Awaitable, Callable

from api.conversations.assistant import Button, Reply
from api.dependencies import Runtime
from api.people.models import Role
from tests.api.conftest import FakeAssistant
from tests.api.people_at_work import Professional, Resident, hand_over


async def test_buttons_reach_the_assistant_as_payload(resident: Resident, assistant: FakeAssistant) -> None:
    assistant.answer = lambda text: [Reply("Klopt dat?", (Button("Ja", "/affirm"), Button("Nee", "/deny")))]
    await resident.say("hallo")
    await resident.answered()
    await resident.choose("Ja")
    messages = await resident.answered()
    assert assistant.heard[-1] == ("Ja", "/affirm")
    assert "payload" not in str(messages)
    assert [message["text"] for message in messages if message["sender"] == "resident"] == ["hallo", "Ja"]


async def test_choice_of_an_earlier_question_is_refused(resident: Resident, assistant: FakeAssistant) -> None:
    assistant.answer = lambda text: [Reply("Klopt dat?", (Button("Ja", "/affirm"),))]
    await resident.say("hallo")
    old = (await resident.answered())[-1]["choices"][0]["id"]
    await resident.say("iets anders")
    await resident.answered()
    assert (await resident.post(choice=old)).status_code == 400


async def test_text_with_a_slash_is_text(resident: Resident, assistant: FakeAssistant) -> None:
    await resident.say('/restart{"x": 1}')
    await resident.answered()
    assert assistant.heard == [('/restart{"x": 1}', None)]


async def test_assistant_down_is_told_with_a_number_and_a_person(resident: Resident, assistant: FakeAssistant) -> None:
    assistant.down = True
    await resident.say("hallo")
    last = (await resident.answered())[-1]
    assert last["kind"] == "notice"
    assert "0492" in last["text"]
    assert [choice["label"] for choice in last["choices"]] == ["Ik wil een medewerker"]


async def test_empty_answer_is_not_silence(resident: Resident, assistant: FakeAssistant) -> None:
    assistant.answer = lambda text: []
    await resident.say("hallo")
    assert (await resident.answered())[-1]["kind"] == "notice"


async def test_slow_assistant_is_not_waited_for_longer_than_promised(
    assistant: FakeAssistant, runtime: Runtime, resident: Resident
) -> None:
    runtime.turns._timeout = 0.05
    assistant.before_answering = asyncio.Event().wait
    await resident.say("hallo")
    assert (await resident.answered())[-1]["kind"] == "notice"


async def test_late_answer_after_a_claim_is_never_said(
    resident: Resident,
    assistant: FakeAssistant,
    runtime: Runtime,
    professional: Callable[..., Awaitable[Professional]],
) -> None:
    intake = (await hand_over(resident)).json()
    sanne = await professional()
    thinking, hold = asyncio.Event(), asyncio.Event()

    async def think() -> None:
        thinking.set()
        await hold.wait()

    assistant.before_answering = think
    await resident.say("bent u daar?")
    await thinking.wait()
    assert (await sanne.post(f"/intakes/{intake['id']}/claim")).status_code == 200
    hold.set()
    await runtime.turns.worker.finished()
    assert not any("Ik hoorde" in message["text"] for message in await resident.messages())
    assert (await resident.read())["owner"] == "professional"


async def test_message_to_a_professional_does_not_reach_the_assistant(
    resident: Resident, assistant: FakeAssistant, professional: Callable[..., Awaitable[Professional]]
) -> None:
    intake = (await hand_over(resident)).json()
    sanne = await professional()
    await sanne.post(f"/intakes/{intake['id']}/claim")
    await resident.say("dank u")
    page = await resident.read()
    assert page["assistantBusy"] is False
    assert page["messages"][-1]["text"] == "dank u"
    assert assistant.heard == []


async def test_name_goes_into_the_vault_whole(resident: Resident, assistant: FakeAssistant) -> None:
    assistant.answer = lambda text: [Reply("Hoe mogen we u noemen?", asked_for="name")]
    await resident.say("hallo")
    await resident.answered()
    assistant.answer = lambda text: [Reply(f"Dag {text}!")]
    await resident.say("Fatima el Idrissi")
    messages = await resident.answered()
    assert assistant.heard[-1][0] == "⟨naam-1⟩"
    assert messages[-1]["text"] == "Dag Fatima el Idrissi!"


async def test_question_back_is_not_taken_for_a_name(resident: Resident, assistant: FakeAssistant) -> None:
    assistant.answer = lambda text: [Reply("Hoe mogen we u noemen?", asked_for="name")]
    await resident.say("hallo")
    await resident.answered()
    assistant.intent = "why"
    await resident.say("waarom wilt u dat weten")
    await resident.answered()
    assert assistant.heard[-1][0] == "waarom wilt u dat weten"


async def test_phone_and_email_never_reach_the_assistant(resident: Resident, assistant: FakeAssistant) -> None:
    await resident.say("bel 0612345678 of mail jan@example.nl")
    await resident.answered()
    assert assistant.heard == [("bel ⟨telefoon-1⟩ of mail ⟨email-1⟩", None)]


async def test_hand_over_makes_the_conversation_wait_for_a_person(resident: Resident, assistant: FakeAssistant) -> None:
    assistant.answer = lambda text: [
        Reply("Er komt iemand.", kind="reference", reference="V-2222-3333", hand_over=True)
    ]
    await resident.say("mens")
    messages = await resident.answered()
    assert messages[-1]["intakeReference"] == "V-2222-3333"
    assert (await resident.read())["owner"] == "waiting"
    await resident.say("bent u er al?")
    assert (await resident.read())["assistantBusy"] is False


async def test_person_can_be_asked_while_the_assistant_is_down(
    resident: Resident, assistant: FakeAssistant, professional: Callable[..., Awaitable[Professional]]
) -> None:
    assistant.down = True
    await resident.say("ik heb een vraag over mijn huur")
    await resident.answered()
    await resident.choose("Ik wil een medewerker")
    last = (await resident.answered())[-1]
    assert last["kind"] == "reference"
    assert last["intakeReference"] in last["text"]
    assert (await resident.read())["owner"] == "waiting"
    riet = await professional(None, Role.COORDINATOR)
    queue = (await riet.get("/intakes")).json()["items"]
    assert [(item["reference"], item["service"]) for item in queue] == [(last["intakeReference"], None)]


async def test_danger_is_heard_by_rule_while_the_assistant_is_down(
    resident: Resident, assistant: FakeAssistant
) -> None:
    assistant.down = True
    await resident.say("ik wil niet meer leven")
    *_, crisis, apology = await resident.answered()
    assert crisis["kind"] == "crisis"
    assert "113" in crisis["text"]
    assert apology["kind"] == "notice"
