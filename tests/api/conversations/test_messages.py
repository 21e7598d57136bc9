"""What a resident says is stored before it is acknowledged, once, in order, and only its owner reads it."""

import asyncio
import uuid
from typing import Any

import httpx
import pytest

from tests.api.conftest import FakeAssistant
from tests.api.people_at_work import Resident


async def test_first_message_says_it_is_a_machine(resident: Resident) -> None:
    first = (await resident.messages())[0]
    assert first["seq"] == 1
    assert first["sender"] == "assistant"
    assert "geen mens" in first["text"]


async def test_message_is_there_when_it_is_acknowledged(resident: Resident) -> None:
    response = await resident.post(text="ik kan de huur niet betalen")
    assert response.status_code == 202
    assert response.json() == {"seq": 2}
    assert (await resident.messages())[1]["text"] == "ik kan de huur niet betalen"


async def test_same_message_again_gives_the_same_seq(resident: Resident) -> None:
    message_id = uuid.uuid4()
    first = await resident.post(message_id, text="hallo")
    again = await resident.post(message_id, text="hallo")
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() == again.json()
    assert [message["text"] for message in await resident.answered()].count("hallo") == 1


async def test_same_message_many_times_at_once_is_one_message(resident: Resident) -> None:
    message_id = uuid.uuid4()
    responses = await asyncio.gather(*(resident.post(message_id, text="hallo") for _ in range(8)))
    assert sorted(response.status_code for response in responses) == [200] * 7 + [202]
    assert len({response.json()["seq"] for response in responses}) == 1


async def test_same_id_with_other_text_is_refused(resident: Resident) -> None:
    message_id = uuid.uuid4()
    await resident.post(message_id, text="hallo")
    response = await resident.post(message_id, text="iets anders")
    assert response.status_code == 409
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": "  \n "},
        {"text": "a" * 4001},
        {"choice": "nope"},
        {},
        {"text": "a", "choice": "b"},
        {"text": 3},
    ],
)
async def test_unusable_message_is_a_bad_request(resident: Resident, body: dict[str, Any]) -> None:
    response = await resident.post(**body)
    assert response.status_code == 400
    assert response.json()["status"] == 400
    assert len(await resident.messages()) == 1


async def test_longest_message_is_taken_whole(resident: Resident) -> None:
    await resident.say("a" * 4000)
    assert len((await resident.messages())[1]["text"]) == 4000


async def test_numbers_are_dense_and_in_order_of_arrival(resident: Resident) -> None:
    for number in range(5):
        await resident.say(f"bericht {number}")
    messages = await resident.answered()
    assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))
    said = [message["text"] for message in messages if message["sender"] == "resident"]
    assert said == [f"bericht {number}" for number in range(5)]
    answers = [message["text"] for message in messages[1:] if message["sender"] == "assistant"]
    assert answers == [f"Ik hoorde: bericht {number}" for number in range(5)]


@pytest.mark.parametrize(
    "verb", ["GET messages", "POST messages", "GET events", "GET transcript", "DELETE ", "POST feedback", "GET intake"]
)
async def test_wrong_token_sees_what_nobody_sees(client: httpx.AsyncClient, resident: Resident, verb: str) -> None:
    method, _, tail = verb.partition(" ")
    body = {"clientMessageId": str(uuid.uuid4()), "text": "x"} if tail == "messages" else {"score": 3}
    other = await Resident.arrive(client)
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Bearer {other.token}"}):
        response = await client.request(
            method, f"{resident.path}/{tail}".rstrip("/"), headers=headers, json=body if method == "POST" else None
        )
        assert response.status_code == 404
        assert response.json()["title"] == "Niet gevonden"


async def test_reading_waits_for_news(resident: Resident, assistant: FakeAssistant) -> None:
    hold = asyncio.Event()
    assistant.before_answering = hold.wait
    seq = await resident.say("hallo")
    waiting = asyncio.create_task(resident.read(after=seq, wait=10))
    await asyncio.sleep(0)
    hold.set()
    page = await asyncio.wait_for(waiting, 5)
    while not page["messages"]:
        page = await resident.read(after=seq, wait=5)
    assert page["messages"][0]["text"] == "Ik hoorde: hallo"


async def test_busy_while_an_answer_is_made(resident: Resident, assistant: FakeAssistant) -> None:
    hold = asyncio.Event()
    assistant.before_answering = hold.wait
    await resident.say("hallo")
    assert (await resident.read())["assistantBusy"] is True
    hold.set()
    await resident.answered()
    assert (await resident.read())["assistantBusy"] is False


async def test_transcript_has_everything_in_order(resident: Resident) -> None:
    await resident.say("ik zoek een maatje")
    await resident.answered()
    response = await resident.client.get(f"{resident.path}/transcript", headers=resident.headers)
    assert response.headers["content-type"].startswith("text/plain")
    text = response.text
    assert text.index("geen mens") < text.index("ik zoek een maatje") < text.index("Ik hoorde")


async def test_feedback_is_kept(resident: Resident) -> None:
    response = await resident.client.post(f"{resident.path}/feedback", headers=resident.headers, json={"score": 5})
    assert response.status_code == 201
    response = await resident.client.post(f"{resident.path}/feedback", headers=resident.headers, json={"score": 6})
    assert response.status_code == 400


async def test_erased_conversation_is_gone_everywhere(resident: Resident, assistant: FakeAssistant) -> None:
    await resident.say("vergeet mij")
    await resident.answered()
    response = await resident.client.delete(resident.path, headers=resident.headers)
    assert response.status_code == 204
    assert (await resident.client.get(f"{resident.path}/messages", headers=resident.headers)).status_code == 404
    async with asyncio.timeout(20):
        while not assistant.forgotten:  # noqa: ASYNC110  its background work has no bell
            await asyncio.sleep(0.05)
    assert assistant.forgotten == [resident.id]
    assert (await resident.client.get(f"{resident.path}/messages", headers=resident.headers)).status_code == 404
