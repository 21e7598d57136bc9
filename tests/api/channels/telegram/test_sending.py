"""What is said goes out in order, once as far as anybody can know, and nobody is left believing that it arrived when it did not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select, update

from api import clock
from api.app import create_app
from api.background import Backoff
from api.channels import outbox
from api.conversations.assistant import Reply
from api.conversations.models import Conversation, DeliveryStatus, MessageDelivery
from api.conversations.service import Conversations
from api.dependencies import Runtime
from api.people.models import Role
from api.settings import Settings
from tests.api.channels.telegram.emulator import Emulator, Failure
from tests.api.conftest import FakeAssistant
from tests.api.databases import both_databases
from tests.api.people_at_work import Professional, Resident, hand_over

SignIn = Callable[..., Awaitable[Professional]]
CHAT, OTHER = 1001, 1002
pytestmark = [pytest.mark.usefixtures("app"), both_databases]


async def arrive(telegram: Emulator, chat: int = CHAT) -> None:
    telegram.says(chat, "hallo")
    await telegram.until(lambda: len(telegram.chats[chat]) >= 3)


async def deliveries(runtime: Runtime) -> list[MessageDelivery]:
    async with runtime.database.read() as session:
        return list(await session.scalars(select(MessageDelivery).order_by(MessageDelivery.seq)))


async def until_known(runtime: Runtime, status: DeliveryStatus) -> MessageDelivery:
    """The last delivery, once it has this status."""
    async with asyncio.timeout(20):
        while (last := (await deliveries(runtime))[-1]).status is not status:  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.02)
    return last


async def helped(telegram: Emulator, runtime: Runtime, client: httpx.AsyncClient, sanne: Professional) -> str:
    """Somebody on Telegram whose question has been claimed; gives the intake's id."""
    await arrive(telegram)
    async with runtime.database.read() as session:
        conversation = (await session.scalars(select(Conversation))).one()
    intake: str = (await hand_over(Resident(client, conversation.id, ""))).json()["id"]
    assert (await sanne.post(f"/intakes/{intake}/claim")).status_code == 200
    await telegram.until(lambda: "leest nu met u mee" in telegram.texts(CHAT)[-1])
    return intake


def refusing(chat: int, failure: Failure, times: int = 1) -> Callable[[str, dict[str, Any]], None]:
    """Telegram refuses to send to one chat, that many times."""
    left = [times]

    def before(method: str, body: dict[str, Any]) -> None:
        if method == "sendMessage" and int(body["chat_id"]) == chat and left[0]:
            left[0] -= 1
            raise failure

    return before


async def test_long_answer_comes_in_parts_and_in_order(telegram: Emulator, assistant: FakeAssistant) -> None:
    whole = "".join(f"Zin {number} met een vlag 🇳🇱 en een gezin 👨‍👩‍👧‍👦. " for number in range(160)).strip()
    assistant.answer = lambda _: [Reply(whole), Reply("Dat was alles.")]
    await arrive(telegram)
    await telegram.until(lambda: telegram.texts(CHAT)[-1] == "Dat was alles.")
    parts = telegram.texts(CHAT)[2:-1]
    assert len(parts) > 1
    assert " ".join(parts) == whole


async def test_told_to_wait_it_waits_and_others_do_not(telegram: Emulator, runtime: Runtime) -> None:
    await arrive(telegram, OTHER)
    telegram.before = refusing(CHAT, Failure(429, "Too Many Requests: retry after 2", retry_after=2))
    telegram.says(CHAT, "hallo")
    await telegram.until(lambda: any(method == "sendMessage" for method, _ in telegram.calls[-3:]))
    telegram.says(OTHER, "en ik?")
    await telegram.until(lambda: telegram.texts(OTHER)[-1] == "Ik hoorde: en ik?")
    assert telegram.texts(CHAT) == []
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 3)
    assert telegram.texts(CHAT)[-1] == "Ik hoorde: hallo"
    async with asyncio.timeout(20):
        while {delivery.status for delivery in await deliveries(runtime)} != {DeliveryStatus.SENT}:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_waiting_in_the_middle_of_a_long_answer_sends_no_part_twice(
    telegram: Emulator, assistant: FakeAssistant
) -> None:
    await arrive(telegram)
    assistant.answer = lambda _: [Reply("a" * 4000 + " " + "b" * 4000 + " " + "c" * 100)]
    sent = []

    def before(method: str, body: dict[str, Any]) -> None:
        if method == "sendMessage":
            sent.append(body["text"])
            if len(sent) == 2:
                raise Failure(429, "Too Many Requests: retry after 1", retry_after=1)

    telegram.before = before
    telegram.says(CHAT, "vertel")
    await telegram.until(lambda: "c" in telegram.texts(CHAT)[-1])
    assert [text[0] for text in telegram.texts(CHAT)[3:]] == ["a", "b", "c"]


@pytest.mark.parametrize("code", [500, 502])
async def test_server_that_stumbles_is_asked_again(telegram: Emulator, code: int) -> None:
    telegram.before = refusing(CHAT, Failure(code, "Internal Server Error"))
    await arrive(telegram)
    assert len(telegram.chats[CHAT]) == 3


async def test_lost_answer_is_uncertain_and_not_sent_again(
    telegram: Emulator,
    runtime: Runtime,
    client: httpx.AsyncClient,
    professional: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sanne = await professional()
    intake = await helped(telegram, runtime, client, sanne)
    assert runtime.telegram is not None
    bot = runtime.telegram._bot
    monkeypatch.setattr(bot.request._client, "timeout", httpx.Timeout(0.5))  # type: ignore[attr-defined]
    telegram.lose_answer = lambda method, body: method == "sendMessage" and "Eerste" in str(body["text"])
    await sanne.post(f"/intakes/{intake}/reply", text="Eerste antwoord")
    await sanne.post(f"/intakes/{intake}/reply", text="Tweede antwoord")
    await telegram.until(lambda: "Tweede" in telegram.texts(CHAT)[-1])
    assert sum("Eerste" in text for text in telegram.texts(CHAT)) == 1
    page = (await sanne.get(f"/intakes/{intake}/messages")).json()
    status = {message["text"]: message["delivery"] for message in page["messages"] if message["delivery"]}
    assert (status["Eerste antwoord"]["status"], status["Eerste antwoord"]["reason"]) == ("uncertain", "timeout")
    assert status["Tweede antwoord"]["status"] == "sent"
    history = (await sanne.get(f"/intakes/{intake}")).json()["history"]
    assert ("message_uncertain", "timeout") in [(event["action"], event["detail"]) for event in history]


async def test_blocked_bot_is_a_task_for_who_helps(
    telegram: Emulator, runtime: Runtime, client: httpx.AsyncClient, professional: SignIn
) -> None:
    sanne = await professional()
    intake = await helped(telegram, runtime, client, sanne)
    telegram.blocked.add(CHAT)
    await sanne.post(f"/intakes/{intake}/reply", text="Bent u daar?")
    lost = await until_known(runtime, DeliveryStatus.UNDELIVERABLE)
    assert lost.reason == "blocked"
    calls = len(telegram.calls)
    await sanne.post(f"/intakes/{intake}/reply", text="Hallo?")
    await until_known(runtime, DeliveryStatus.UNDELIVERABLE)
    assert not any(method == "sendMessage" for method, _ in telegram.calls[calls:]), "nobody knocks on a closed door"
    history = (await sanne.get(f"/intakes/{intake}")).json()["history"]
    assert ("message_undeliverable", "blocked") in [(event["action"], event["detail"]) for event in history]
    riet = await professional(None, Role.COORDINATOR, "Riet")
    items = (await riet.get("/message-deliveries")).json()["items"]
    assert [item["reason"] for item in items] == ["blocked", "blocked"]
    assert items[0]["intakeReference"]
    assert "Hallo?" not in str(items)
    assert (await sanne.get("/message-deliveries")).status_code == 403


async def test_who_blocks_is_known_before_the_next_message(
    telegram: Emulator, runtime: Runtime, client: httpx.AsyncClient, professional: SignIn
) -> None:
    sanne = await professional()
    intake = await helped(telegram, runtime, client, sanne)
    telegram.blocks(CHAT)
    await telegram.confirmed()
    history = (await sanne.get(f"/intakes/{intake}")).json()["history"]
    assert history[-1]["action"] == "message_undeliverable"
    telegram.blocked.clear()
    telegram.says(CHAT, "ik ben er weer")
    await telegram.confirmed()
    await sanne.post(f"/intakes/{intake}/reply", text="Fijn")
    await telegram.until(lambda: telegram.texts(CHAT)[-1] == "Sanne de Wit:\nFijn")


async def test_lost_message_is_sent_again_when_a_person_says_so(
    telegram: Emulator, runtime: Runtime, client: httpx.AsyncClient, professional: SignIn
) -> None:
    sanne = await professional()
    intake = await helped(telegram, runtime, client, sanne)
    telegram.before = refusing(CHAT, Failure(400, "Bad Request: something new"))
    await sanne.post(f"/intakes/{intake}/reply", text="Hallo")
    lost = await until_known(runtime, DeliveryStatus.UNDELIVERABLE)
    assert lost.reason == "rejected"
    other = await professional("best", name="Ali Demir")
    assert (await other.post(f"/message-deliveries/{lost.id}/retry")).status_code == 404
    assert (await sanne.post(f"/message-deliveries/{lost.id}/retry")).status_code == 202
    await telegram.until(lambda: telegram.texts(CHAT)[-1] == "Sanne de Wit:\nHallo")
    await until_known(runtime, DeliveryStatus.SENT)
    assert (await sanne.post(f"/message-deliveries/{lost.id}/retry")).status_code == 409


async def test_patience_ends_with_a_dead_letter(
    telegram: Emulator, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "BACKOFF", Backoff((0.0, 0.0)))
    telegram.before = refusing(CHAT, Failure(500, "Internal Server Error"), times=3)
    telegram.says(CHAT, "hallo")
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 2)
    first, *others = await deliveries(runtime)
    assert (first.status, first.reason, first.attempts) == (DeliveryStatus.UNDELIVERABLE, "gave_up", 3)
    assert all(delivery.status is not DeliveryStatus.UNDELIVERABLE for delivery in others)


async def test_sender_that_died_while_sending_leaves_it_uncertain(
    settings: Settings, telegram: Emulator, runtime: Runtime, assistant: FakeAssistant
) -> None:
    await arrive(telegram)
    await until_known(runtime, DeliveryStatus.SENT)
    assert runtime.telegram is not None
    runtime.telegram.outbox.worker.stop()
    async with runtime.database.write() as session:
        conversation = (await session.scalars(select(Conversation))).one()
        conversations = Conversations(session, runtime.catalogue, runtime.live)
        first = await conversations.notice(conversation, "halverwege")
        await conversations.notice(conversation, "daarna")
        await session.execute(
            update(MessageDelivery).where(MessageDelivery.seq == first.seq).values(sending=True, attempts=1)
        )
    with time_machine.travel(clock.now(), tick=True):
        second = create_app(settings, assistant)
        async with second.router.lifespan_context(second):
            await telegram.until(lambda: telegram.texts(CHAT)[-1] == "daarna")
    states = [(delivery.status, delivery.reason) for delivery in await deliveries(runtime)][-2:]
    assert states[0] == (DeliveryStatus.UNCERTAIN, "interrupted")
    assert "halverwege" not in telegram.texts(CHAT)


async def test_erased_while_it_is_sent_comes_back_nowhere(telegram: Emulator, runtime: Runtime, app: FastAPI) -> None:
    await arrive(telegram)
    held = asyncio.Event()

    def before(method: str, body: dict[str, Any]) -> None:
        if method == "sendMessage" and "nog iets" in str(body["text"]):
            held.set()

    telegram.before = before
    telegram.lose_answer = lambda method, body: method == "sendMessage" and "nog iets" in str(body["text"])
    telegram.says(CHAT, "nog iets")
    await asyncio.wait_for(held.wait(), 20)
    telegram.says(CHAT, "/stop")
    await telegram.until(lambda: "gewist" in telegram.texts(CHAT)[-1])
    telegram._closing.set()
    await asyncio.sleep(0)
    assert await deliveries(runtime) == []
