"""A conversation has a language: it is greeted in it, the assistant is told, it can change, and the intake carries it."""

import httpx
import pytest

from api.conversations.assistant import Reply
from tests.api.conftest import FakeAssistant
from tests.api.people_at_work import Resident


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "I am a computer"), ("ar", "أنا حاسوب"), ("uk", "комп'ютер"), ("pl", "komputerem"), ("ti", "ኮምፒተር")],
)
async def test_first_message_says_it_is_a_machine_in_the_language_asked_for(
    client: httpx.AsyncClient, language: str, words: str
) -> None:
    response = await client.post("/api/v1/conversations", json={"language": language})
    assert response.status_code == 201
    assert words in response.json()["messages"][0]["text"]


async def test_language_we_do_not_have_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/v1/conversations", json={"language": "fr"})).status_code == 400


async def change(resident: Resident, language: str) -> httpx.Response:
    return await resident.client.patch(resident.path, headers=resident.headers, json={"language": language})


async def test_language_changes_in_the_middle_and_the_assistant_is_told(
    resident: Resident, assistant: FakeAssistant
) -> None:
    await resident.say("hallo")
    await resident.answered()
    response = await change(resident, "en")
    assert response.status_code == 200
    assert response.json()["language"] == "en"
    await resident.say("hello")
    await resident.answered()
    assert assistant.languages == ["nl", "en"]


async def test_resident_who_says_yes_to_another_language_gets_it(resident: Resident, assistant: FakeAssistant) -> None:
    assistant.answer = lambda text: [Reply("Dobrze, piszemy po polsku.", language="pl")]
    await resident.say("tak")
    await resident.answered()
    assistant.down = True
    await resident.say("halo")
    assert "Przepraszam" in (await resident.answered())[-1]["text"]
    assert assistant.languages == ["nl", "pl"]


async def test_intake_has_the_language_of_the_conversation(resident: Resident, assistant: FakeAssistant) -> None:
    await change(resident, "tr")
    assistant.down = True
    await resident.say("merhaba")
    await resident.answered()
    await resident.choose("Bir çalışan istiyorum")
    assert "Bir çalışan çağırdım" in (await resident.answered())[-1]["text"]
