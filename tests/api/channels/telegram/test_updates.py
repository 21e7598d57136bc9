"""An update is heard once, stored before it is acknowledged, and never in the way of the next one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from api.app import create_app
from api.channels.telegram import repository
from api.channels.telegram.models import TelegramUpdate
from api.channels.telegram.updates import MAX_FAILURES
from api.channels.telegram.visit import Visit
from api.conversations.models import Conversation, Message, Sender
from api.dependencies import Runtime
from api.settings import Settings
from tests.api.channels.telegram.emulator import Emulator
from tests.api.conftest import FakeAssistant
from tests.api.databases import both_databases

CHAT = 2001


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.telegram_mode = "webhook"
    settings.telegram_secret = "the-secret-of-the-webhook"
    settings.public_url = "http://127.0.0.1:9"  # nobody: these tests post themselves
    return settings


def update_of(number: int, text: str, chat: int = CHAT) -> dict[str, Any]:
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1_700_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "Fatima"},
            "from": {"id": chat, "is_bot": False, "first_name": "Fatima"},
            "text": text,
        },
    }


async def post(client: httpx.AsyncClient, body: Any, secret: str = "the-secret-of-the-webhook") -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    return (await client.post("/telegram/webhook", json=body, headers=headers)).status_code


async def said(runtime: Runtime) -> list[str]:
    async with runtime.database.read() as session:
        rows = await session.scalars(select(Message).where(Message.sender == Sender.RESIDENT).order_by(Message.seq))
        return [message.text for message in rows]


@both_databases
async def test_same_update_five_times_at_once_is_one_question_and_one_answer(
    client: httpx.AsyncClient, telegram: Emulator, runtime: Runtime, assistant: FakeAssistant
) -> None:
    assert await post(client, update_of(1, "/start")) == 200
    codes = await asyncio.gather(*(post(client, update_of(2, "hallo")) for _ in range(5)))
    assert codes == [200] * 5
    await telegram.until(lambda: "Ik hoorde: hallo" in telegram.texts(CHAT))
    assert await post(client, update_of(2, "hallo")) == 200
    assert await said(runtime) == ["hallo"]
    assert len(assistant.heard) == 1
    assert telegram.texts(CHAT).count("Ik hoorde: hallo") == 1


@both_databases
async def test_first_message_many_times_at_once_opens_one_conversation(
    client: httpx.AsyncClient, runtime: Runtime
) -> None:
    async def until_taken() -> None:
        while await post(client, update_of(1, "hallo")) != 200:  # what Telegram does after anything else
            pass

    await asyncio.gather(*(until_taken() for _ in range(5)))
    await asyncio.gather(*(post(client, update_of(number, f"bericht {number}")) for number in (2, 3)))
    async with runtime.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Conversation)) == 1


@pytest.mark.parametrize("secret", ["", "wrong", "the-secret-of-the-webhook-and-more", "é"])
async def test_without_the_secret_nothing_is_heard(
    client: httpx.AsyncClient, runtime: Runtime, assistant: FakeAssistant, secret: str
) -> None:
    headers = [(b"X-Telegram-Bot-Api-Secret-Token", secret.encode())]
    response = await client.post("/telegram/webhook", json=update_of(1, "hallo"), headers=headers)
    assert response.status_code == 403
    assert await said(runtime) == []


@pytest.mark.parametrize("body", [None, [], {}, {"update_id": "1"}, {"update_id": True}, "x"])
async def test_what_is_no_update_is_refused(client: httpx.AsyncClient, app: FastAPI, body: Any) -> None:
    assert await post(client, body) == 400


async def test_not_acknowledged_while_the_database_is_away(
    client: httpx.AsyncClient, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> bool:
        raise OperationalError("INSERT", {}, Exception("the database is away"))

    with monkeypatch.context() as patch:
        patch.setattr(repository, "remember", away)
        for _ in range(MAX_FAILURES + 1):
            assert await post(client, update_of(1, "hallo")) == 503
    assert await post(client, update_of(1, "hallo")) == 200
    assert await said(runtime) == ["hallo"]


async def test_update_that_breaks_us_is_put_aside_and_seen(
    client: httpx.AsyncClient,
    runtime: Runtime,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def broken(*_: object) -> None:
        raise ValueError("hallo, dit zei een inwoner")

    with monkeypatch.context() as patch:
        patch.setattr(Visit, "say", broken)
        codes = [await post(client, update_of(1, "hallo")) for _ in range(MAX_FAILURES)]
    assert codes == [500] * (MAX_FAILURES - 1) + [200]
    assert await post(client, update_of(1, "hallo")) == 200
    assert await post(client, update_of(2, "en dit?")) == 200
    assert await said(runtime) == ["en dit?"]
    async with runtime.database.read() as session:
        failed = (await session.scalars(select(TelegramUpdate).where(TelegramUpdate.failed))).one()
    assert failed.update_id == 1
    out = capsys.readouterr().out
    assert "update_failed" in out
    assert "dit zei een inwoner" not in out


async def test_incomplete_update_of_a_kind_we_know_does_not_stay_in_the_way(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    broken = {"update_id": 1, "message": {"text": "hallo"}}
    assert [await post(client, broken) for _ in range(MAX_FAILURES)][-1] == 200


@pytest.mark.parametrize("kind", ["channel_post", "poll", "inline_query", "something_new"])
async def test_updates_of_other_kinds_are_passed_over(client: httpx.AsyncClient, app: FastAPI, kind: str) -> None:
    content = {"id": "1", "from": {"id": 1, "is_bot": False, "first_name": "x"}, "query": "", "offset": ""}
    body = {"update_id": 1, kind: content if kind in {"inline_query", "something_new"} else None}
    assert await post(client, body) == 200


async def test_telegram_is_told_where_and_with_which_secret(telegram: Emulator, app: FastAPI) -> None:
    await telegram.until(lambda: telegram.webhook and telegram.commands)
    assert telegram.webhook["url"] == "http://127.0.0.1:9/telegram/webhook"
    assert telegram.webhook["secret_token"] == "the-secret-of-the-webhook"
    assert set(telegram.webhook["allowed_updates"]) == {
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    }
    assert telegram.commands == ["start", "help", "stop", "privacy", "mens"]


class TestWithoutBot:
    """An installation without a token has no Telegram at all."""

    @pytest.fixture
    async def client(self, settings: Settings, assistant: FakeAssistant) -> AsyncIterator[httpx.AsyncClient]:
        settings.telegram_token = None
        app = create_app(settings, assistant)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://v.test") as client,
        ):
            yield client

    async def test_webhook_is_not_there(self, client: httpx.AsyncClient) -> None:
        assert await post(client, update_of(1, "hallo")) == 404


@both_databases
async def test_killed_between_webhook_and_answer_it_is_answered_once_after_restart(
    client: httpx.AsyncClient,
    telegram: Emulator,
    runtime: Runtime,
    assistant: FakeAssistant,
    settings: Settings,
) -> None:
    begun = asyncio.Event()

    async def think() -> None:
        begun.set()
        await asyncio.Event().wait()

    assert await post(client, update_of(1, "/start")) == 200
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 2)
    assistant.before_answering = think
    assert await post(client, update_of(2, "hallo")) == 200
    await asyncio.wait_for(begun.wait(), 20)
    await runtime.background.stop()
    assistant.before_answering = None
    second = create_app(settings, assistant)
    async with second.router.lifespan_context(second):
        await telegram.until(lambda: "Ik hoorde: hallo" in telegram.texts(CHAT))
        assert await post(client, update_of(2, "hallo")) == 200
        await asyncio.sleep(0)
    assert telegram.texts(CHAT).count("Ik hoorde: hallo") == 1
