"""What Rasa may answer; everything else counts as no answer, so that the resident gets the honest one instead of silence."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest

from api.conversations.assistant import Assistant, AssistantDown, Button, Reply
from api.conversations.models import Kind


def answering(response: httpx.Response | Exception) -> Assistant:
    """The client, in front of a Rasa that gives this answer."""

    def answer(_: httpx.Request) -> httpx.Response:
        if isinstance(response, Exception):
            raise response
        return response

    return Assistant(httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://assistant.test"), "x")


async def ask(assistant: Assistant) -> list[Reply]:
    return await assistant.say(uuid.uuid4(), uuid.uuid4(), "hallo", None, "nl")


async def test_answer_with_everything_is_understood() -> None:
    message = {
        "text": "Klopt dat?",
        "buttons": [{"title": "Ja", "payload": "/affirm"}],
        "custom": {"kind": "summary", "asks": "name", "handOver": True},
    }
    assert await ask(answering(httpx.Response(200, json=[message]))) == [
        Reply("Klopt dat?", (Button("Ja", "/affirm"),), Kind.SUMMARY, "name", None, hand_over=True)
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"error": "x"},
        ["hallo"],
        [{"text": None}],
        [{"text": ""}],
        [{"text": "x", "custom": {"kind": "unheard of"}}],
        [{"text": "x", "buttons": [{"title": "Ja", "payload": "/" + "a" * 500}]}],
        [{"text": "x", "custom": {"reference": "V" * 21}}],
    ],
)
async def test_answer_in_another_form_is_no_answer(body: Any) -> None:
    with pytest.raises(AssistantDown):
        await ask(answering(httpx.Response(200, json=body)))


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, text="<html>Bad gateway</html>"),
        httpx.Response(500, json=[{"text": "x"}]),
        httpx.Response(401, json={}),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
    ],
)
async def test_broken_assistant_is_down(response: httpx.Response | Exception) -> None:
    with pytest.raises(AssistantDown):
        await ask(answering(response))
