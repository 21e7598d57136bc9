"""The bot, unchanged, against an emulator by others: the npm package telegram-test-api, with the one gap mended that breaks the Bot API."""

from __future__ import annotations

import asyncio
import shutil
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.app import create_app
from api.conversations.assistant import Button, Reply
from api.conversations.models import Conversation
from api.dependencies import Runtime
from api.settings import Settings
from tests.api.channels.telegram.emulator import TOKEN
from tests.api.conftest import FakeAssistant
from tests.api.node_package import installed
from tests.api.people_at_work import Professional, Resident, hand_over

HERE = Path(__file__).parent / "second_telegram"
CHAT = 31337
SECONDS = 60


@pytest.fixture(scope="session")
def package() -> Path:
    """The emulator, installed."""
    return installed(HERE, "telegram-test-api")


class SecondTelegram:
    """The other emulator, and one person who uses it."""

    def __init__(self, address: str) -> None:
        self._client = httpx.AsyncClient(base_url=address, timeout=30)
        self.address = address

    async def _post(self, path: str, **body: Any) -> Any:
        response = await self._client.post(path, json=body)
        return response.raise_for_status().json()

    def _from(self) -> dict[str, Any]:
        person = {"id": CHAT, "first_name": "Fatima", "username": "fatima", "is_bot": False}
        return {"from": person, "chat": {"id": CHAT, "type": "private", "first_name": "Fatima"}}

    async def says(self, text: str) -> None:
        more: dict[str, Any] = {}
        if text.startswith("/"):
            more["entities"] = [{"offset": 0, "length": len(text), "type": "bot_command"}]
        path = "/sendCommand" if more else "/sendMessage"
        await self._post(path, botToken=TOKEN, date=int(time.time()), text=text, **self._from(), **more)

    async def presses(self, label: str) -> None:
        for sent in reversed(await self.sent()):
            for button in (button for row in _rows(sent) for button in row):
                if button["text"] == label:
                    where = self._from()
                    message = {**where, "message_id": sent["messageId"], "date": int(time.time())}
                    data = button["callback_data"]
                    await self._post("/sendCallback", botToken=TOKEN, message=message, data=data, **where)
                    return
        raise AssertionError(f"no button {label!r}")

    async def sent(self) -> list[dict[str, Any]]:
        """What the bot sent, oldest first."""
        history = (await self._post("/getUpdatesHistory", token=TOKEN))["result"]
        return [item for item in history if "chat_id" in item.get("message", {})]

    async def until_sent(self, words: str) -> None:
        async with asyncio.timeout(SECONDS):
            while not any(words in sent["message"]["text"] for sent in await self.sent()):  # noqa: ASYNC110  nobody tells
                await asyncio.sleep(0.1)

    async def close(self) -> None:
        await self._client.aclose()


def _rows(sent: dict[str, Any]) -> list[Any]:
    rows: list[Any] = (sent["message"].get("reply_markup") or {}).get("inline_keyboard", [])
    return rows


@pytest.fixture
async def telegram(package: Path) -> AsyncIterator[SecondTelegram]:
    node = shutil.which("node")
    assert node is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        node, "server.mjs", str(port), cwd=package, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert await asyncio.wait_for(process.stdout.readline(), SECONDS) == b"ready\n"
    second = SecondTelegram(f"http://127.0.0.1:{port}")
    try:
        yield second
    finally:
        await second.close()
        process.stdin.close()
        await asyncio.wait_for(process.wait(), SECONDS)


@pytest.fixture
async def app(settings: Settings, assistant: FakeAssistant) -> AsyncIterator[FastAPI]:
    app = create_app(settings, assistant)
    async with app.router.lifespan_context(app):
        yield app


async def test_from_the_first_word_to_a_person_who_answers(
    telegram: SecondTelegram,
    runtime: Runtime,
    assistant: FakeAssistant,
    client: httpx.AsyncClient,
    professional: Callable[..., Awaitable[Professional]],
) -> None:
    assistant.answer = lambda text: (
        [Reply("Gaat het over schulden?", (Button("Ja", "/affirm"), Button("Nee", "/deny")))]
        if text == "ik kan de huur niet betalen"
        else [Reply(f"Ik hoorde: {text}")]
    )
    await telegram.says("/start")
    await telegram.until_sent("ander bedrijf")
    await telegram.says("ik kan de huur niet betalen")
    await telegram.until_sent("Gaat het over schulden?")
    await telegram.presses("Ja")
    await telegram.until_sent("Ik hoorde: Ja")
    assert assistant.heard == [("ik kan de huur niet betalen", None), ("Ja", "/affirm")]
    async with runtime.database.read() as session:
        conversation = (await session.scalars(select(Conversation))).one()
    intake = (await hand_over(Resident(client, conversation.id, ""))).json()["id"]
    sanne = await professional()
    assert (await sanne.post(f"/intakes/{intake}/claim")).status_code == 200
    assert (await sanne.post(f"/intakes/{intake}/reply", text="Dag, ik bel u morgen.")).status_code == 200
    await telegram.until_sent("Sanne de Wit:\nDag, ik bel u morgen.")
    texts = [sent["message"]["text"] for sent in await telegram.sent()]
    assert len(texts) == len(set(texts)), "nothing twice"
