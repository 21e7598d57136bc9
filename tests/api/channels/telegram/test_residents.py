"""What a resident on Telegram meets: the same conversation as on the web, by text and by buttons."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select

from api import clock
from api.channels.telegram.models import TelegramChat
from api.conversations.assistant import Button, Reply
from api.conversations.models import Conversation, Message, Sender
from api.dependencies import Runtime
from api.rights.models import Forgetting
from api.rights.retention import Retention
from tests.api.channels.telegram.emulator import Emulator
from tests.api.conftest import FakeAssistant
from tests.api.databases import both_databases
from tests.api.people_at_work import Professional, Resident, hand_over

SignIn = Callable[..., Awaitable[Professional]]
CHAT = 777_000_111_222  # longer than 32 bits, as many are
pytestmark = [pytest.mark.usefixtures("app"), both_databases]


async def said(runtime: Runtime) -> list[str]:
    """What is stored of what residents said."""
    async with runtime.database.read() as session:
        rows = await session.scalars(select(Message).where(Message.sender == Sender.RESIDENT).order_by(Message.seq))
        return [message.text for message in rows]


async def conversations(runtime: Runtime) -> list[Conversation]:
    async with runtime.database.read() as session:
        return list(await session.scalars(select(Conversation).order_by(Conversation.created_at)))


async def test_start_says_what_this_is_and_what_not_to_send(telegram: Emulator) -> None:
    telegram.says(CHAT, "/start")
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 2)
    greeting, notice = telegram.texts(CHAT)
    assert "geen mens" in greeting
    assert "ander bedrijf" in notice
    assert "BSN" in notice
    assert "gezondheid" in notice
    assert "0492" in notice


async def test_who_begins_to_talk_is_greeted_and_heard(telegram: Emulator, assistant: FakeAssistant) -> None:
    telegram.says(CHAT, "ik kan de huur niet betalen")
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 3)
    assert "geen mens" in telegram.texts(CHAT)[0]
    assert telegram.texts(CHAT)[2] == "Ik hoorde: ik kan de huur niet betalen"
    assert assistant.heard == [("ik kan de huur niet betalen", None)]


async def test_start_again_goes_on_with_the_same_conversation(telegram: Emulator, runtime: Runtime) -> None:
    telegram.says(CHAT, "/start")
    telegram.says(CHAT, "hallo")
    telegram.says(CHAT, "/start")
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 4)
    assert len(await conversations(runtime)) == 1
    assert telegram.texts(CHAT).count(telegram.texts(CHAT)[1]) == 2


@pytest.mark.parametrize(
    ("command", "words"), [("/help", "/mens"), ("/privacy", "versleuteld"), ("/HELP@bot", "/stop")]
)
async def test_commands_are_answered(telegram: Emulator, command: str, words: str) -> None:
    telegram.says(CHAT, command)
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 3)
    assert words in telegram.texts(CHAT)[2]


@pytest.mark.parametrize("text", ["/restart", "/session_start", '/inform{"slot":"x"}', "/", "/foo bar"])
async def test_other_text_with_a_slash_is_text(telegram: Emulator, assistant: FakeAssistant, text: str) -> None:
    telegram.says(CHAT, text)
    await telegram.until(lambda: assistant.heard)
    assert assistant.heard == [(text, None)]


async def test_a_person_by_command_as_by_button(telegram: Emulator, assistant: FakeAssistant) -> None:
    assistant.answer = lambda _: [Reply("Er komt iemand.", kind="reference", hand_over=True)]
    telegram.says(CHAT, "/mens")
    await telegram.until(lambda: "Er komt iemand." in telegram.texts(CHAT))
    assert assistant.heard == [("Ik wil een medewerker", "/person")]
    telegram.says(CHAT, "/mens")
    await telegram.until(lambda: "al een medewerker gevraagd" in telegram.texts(CHAT)[-1])
    assert len(assistant.heard) == 1


async def test_choices_are_buttons_that_work_once(telegram: Emulator, assistant: FakeAssistant) -> None:
    assistant.answer = lambda text: (
        [Reply("Klopt dat?", (Button("Ja", "/affirm"), Button("Nee", "/deny")))]
        if text == "hallo"
        else [Reply("Mooi.")]
    )
    telegram.says(CHAT, "hallo")
    await telegram.until(lambda: telegram.chats[CHAT] and telegram.chats[CHAT][-1].labels == ["Ja", "Nee"])
    question = telegram.chats[CHAT][-1]
    old = question.buttons[0][0]["callback_data"]
    telegram.presses(CHAT, "Ja")
    await telegram.until(lambda: telegram.texts(CHAT)[-1] == "Mooi.")
    await telegram.until(lambda: question.labels == ["✓ Ja"])
    assert assistant.heard[-1] == ("Ja", "/affirm")
    assert telegram.alerts == [None]
    telegram.presses_data(CHAT, old, question.number)
    await telegram.until(lambda: len(telegram.alerts) == 2)
    assert "werkt niet meer" in str(telegram.alerts[1])
    telegram.presses_data(CHAT, "used", question.number)
    await telegram.until(lambda: len(telegram.alerts) == 3)
    assert len(assistant.heard) == 2


async def test_buttons_go_when_somebody_types_instead(telegram: Emulator, assistant: FakeAssistant) -> None:
    assistant.answer = lambda _: [Reply("Klopt dat?", (Button("Ja", "/affirm"),))]
    telegram.says(CHAT, "hallo")
    await telegram.until(lambda: telegram.chats[CHAT] and telegram.chats[CHAT][-1].labels == ["Ja"])
    first = telegram.chats[CHAT][-1]
    telegram.says(CHAT, "iets anders")
    await telegram.until(lambda: first.labels == [])
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 4)
    assert telegram.chats[CHAT][-1].labels == ["Ja"]


async def test_words_of_a_button_are_that_button(telegram: Emulator, assistant: FakeAssistant) -> None:
    assistant.answer = lambda _: [Reply("Klopt dat?", (Button("Ja", "/affirm"),))]
    telegram.says(CHAT, "hallo")
    await telegram.until(lambda: telegram.chats[CHAT] and telegram.chats[CHAT][-1].labels == ["Ja"])
    telegram.says(CHAT, " ja ")
    await telegram.until(lambda: len(assistant.heard) == 2)
    assert assistant.heard[-1] == ("Ja", "/affirm")


async def test_own_contact_is_a_phone_number(telegram: Emulator, assistant: FakeAssistant, runtime: Runtime) -> None:
    assistant.answer = lambda _: [Reply("Hoe kunnen we u bereiken?", asked_for="contact")]
    telegram.says(CHAT, "hallo")
    await telegram.until(lambda: telegram.chats[CHAT] and telegram.chats[CHAT][-1].keyboard)
    assert telegram.chats[CHAT][-1].keyboard == [[{"text": "Deel mijn telefoonnummer", "request_contact": True}]]
    telegram.shares_contact(CHAT, "31612345678")
    await telegram.until(lambda: len(assistant.heard) == 2)
    assert await said(runtime) == ["hallo", "+31612345678"]
    assert assistant.heard[-1] == ("⟨telefoon-1⟩", None)
    telegram.shares_contact(CHAT, "31687654321", user=12345)
    await telegram.until(lambda: "iemand anders" in telegram.texts(CHAT)[-1])
    assert await said(runtime) == ["hallo", "+31612345678"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"photo": [{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}]}, "Foto's"),
        ({"voice": {"file_id": "x", "file_unique_id": "x", "duration": 1}}, "Gesproken"),
        ({"location": {"latitude": 51.5, "longitude": 5.6}}, "locatie"),
        (
            {
                "sticker": {
                    "file_id": "x",
                    "file_unique_id": "x",
                    "type": "regular",
                    "width": 1,
                    "height": 1,
                    "is_animated": False,
                    "is_video": False,
                }
            },
            "in woorden",
        ),
        ({"document": {"file_id": "x", "file_unique_id": "x"}}, "bestanden"),
    ],
)
async def test_what_we_cannot_read_gets_a_helpful_sentence(
    telegram: Emulator, assistant: FakeAssistant, content: dict[str, Any], words: str
) -> None:
    telegram.message(CHAT, **content)
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 3)
    assert words in telegram.texts(CHAT)[2]
    assert assistant.heard == []


async def test_words_under_a_picture_are_heard(telegram: Emulator, assistant: FakeAssistant) -> None:
    picture = [{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}]
    telegram.message(CHAT, photo=picture, caption="kijk deze brief van de deurwaarder")
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 4)
    assert assistant.heard == [("kijk deze brief van de deurwaarder", None)]


async def test_edit_is_answered_and_changes_nothing(
    telegram: Emulator, assistant: FakeAssistant, runtime: Runtime
) -> None:
    telegram.says(CHAT, "hallo")
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 3)
    telegram.edits(CHAT, "hallo daar")
    await telegram.until(lambda: "veranderd" in telegram.texts(CHAT)[-1])
    assert await said(runtime) == ["hallo"]
    assert len(assistant.heard) == 1


async def test_groups_are_left_with_a_word(telegram: Emulator, assistant: FakeAssistant, runtime: Runtime) -> None:
    telegram.message(-100123, kind="supergroup", text="hallo bot")
    await telegram.until(lambda: telegram.left == [-100123])
    assert "niet in een groep" in telegram.texts(-100123)[0]
    assert await conversations(runtime) == []
    assert assistant.heard == []


async def test_person_answers_with_their_name(
    telegram: Emulator, runtime: Runtime, client: Any, professional: SignIn, assistant: FakeAssistant
) -> None:
    telegram.says(CHAT, "ik heb hulp nodig")
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 3)
    (conversation,) = await conversations(runtime)
    resident = Resident(client, conversation.id, "")
    intake = (await hand_over(resident)).json()["id"]
    sanne = await professional()
    claimed = await sanne.post(f"/intakes/{intake}/claim")
    assert claimed.json()["contact"]["channel"] == "telegram"
    await sanne.post(f"/intakes/{intake}/reply", text="Dag, ik *help* u graag. <b>Echt</b>")
    await telegram.until(lambda: telegram.texts(CHAT)[-1].startswith("Sanne de Wit:"))
    assert telegram.texts(CHAT)[-1] == "Sanne de Wit:\nDag, ik *help* u graag. <b>Echt</b>"
    assert not any("parse_mode" in body for method, body in telegram.calls if method == "sendMessage")
    telegram.says(CHAT, "dank u")
    await telegram.confirmed()
    assert [text for text, _ in assistant.heard] == ["ik heb hulp nodig"]
    page = (await sanne.get(f"/intakes/{intake}/messages")).json()
    assert page["owner"] == "professional"
    assert page["messages"][-1]["text"] == "dank u"

    async def statuses() -> list[str]:
        page = (await sanne.get(f"/intakes/{intake}/messages")).json()
        return [message["delivery"]["status"] for message in page["messages"] if message["delivery"]]

    async with asyncio.timeout(20):
        while await statuses() != ["sent"] * 5:  # noqa: ASYNC110  it shows in the chat before we have written it down
            await asyncio.sleep(0.05)


async def test_danger_is_heard_on_telegram_too(
    telegram: Emulator, runtime: Runtime, client: Any, professional: SignIn
) -> None:
    telegram.says(CHAT, "hallo")
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 3)
    (conversation,) = await conversations(runtime)
    intake = (await hand_over(Resident(client, conversation.id, ""))).json()["id"]
    sanne = await professional()
    await sanne.post(f"/intakes/{intake}/claim")
    telegram.says(CHAT, "ik wil niet meer leven")
    await telegram.until(lambda: "113" in telegram.texts(CHAT)[-1])


async def test_stop_erases_all_and_forgets_the_chat(
    telegram: Emulator, runtime: Runtime, assistant: FakeAssistant
) -> None:
    telegram.says(CHAT, "hallo")
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 3)
    (conversation,) = await conversations(runtime)
    telegram.says(CHAT, "/stop")
    await telegram.until(lambda: "gewist" in telegram.texts(CHAT)[-1])
    assert await conversations(runtime) == []
    await telegram.until(lambda: assistant.forgotten == [conversation.id])
    async with runtime.database.read() as session:
        assert list(await session.scalars(select(TelegramChat))) == []
    telegram.says(CHAT, "toch nog iets")
    await telegram.until(lambda: telegram.texts(CHAT)[-1] == "Ik hoorde: toch nog iets")
    assert len(await conversations(runtime)) == 1


@pytest.mark.parametrize("handed_over", [False, True])
async def test_retention_run_forgets_the_chat(
    telegram: Emulator, runtime: Runtime, client: Any, professional: SignIn, handed_over: bool
) -> None:
    telegram.says(CHAT, "hallo")
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 3)
    (conversation,) = await conversations(runtime)
    kind = "conversations"
    if handed_over:
        kind = "conversations_handed_over"
        intake = (await hand_over(Resident(client, conversation.id, ""))).json()["id"]
        sanne = await professional()
        await sanne.post(f"/intakes/{intake}/claim")
        assert (await sanne.post(f"/intakes/{intake}/close", outcome="helped")).status_code == 200
    retention = Retention(runtime.database, runtime.catalogue)
    with time_machine.travel(clock.now() + dt.timedelta(days=runtime.catalogue.retention_days[kind] - 1)):
        await retention.run()
        assert await chats(runtime) == 1, "not before its term"
    with time_machine.travel(clock.now() + dt.timedelta(days=runtime.catalogue.retention_days[kind] + 1)):
        await retention.run()
        assert (await chats(runtime), await conversations(runtime)) == (0, [])


async def chats(runtime: Runtime) -> int:
    async with runtime.database.read() as session:
        return len((await session.scalars(select(TelegramChat))).all())


async def test_stop_while_somebody_will_help_is_asked_twice(
    telegram: Emulator, runtime: Runtime, client: Any, professional: SignIn
) -> None:
    telegram.says(CHAT, "hallo")
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 3)
    (conversation,) = await conversations(runtime)
    intake = (await hand_over(Resident(client, conversation.id, ""))).json()
    telegram.says(CHAT, "/stop")
    await telegram.until(lambda: intake["reference"] in telegram.texts(CHAT)[-1])
    assert len(await conversations(runtime)) == 1
    telegram.says(CHAT, "/stop")
    await telegram.until(lambda: "gewist" in telegram.texts(CHAT)[-1])
    assert await conversations(runtime) == []


async def test_stop_erases_here_when_the_assistant_cannot_forget_yet(
    telegram: Emulator, runtime: Runtime, assistant: FakeAssistant
) -> None:
    telegram.says(CHAT, "hallo")
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 3)
    (conversation,) = await conversations(runtime)
    assistant.down = True
    telegram.says(CHAT, "/stop")
    await telegram.until(lambda: "gewist" in telegram.texts(CHAT)[-1])
    assert await conversations(runtime) == []
    async with runtime.database.read() as session:
        (left,) = await session.scalars(select(Forgetting))
    assert left.conversation_id == conversation.id


async def test_chat_number_is_not_readable_in_the_database(telegram: Emulator, runtime: Runtime, app: FastAPI) -> None:
    telegram.says(CHAT, "hallo")
    await telegram.until(lambda: len(telegram.chats[CHAT]) == 3)
    async with runtime.database.engine.connect() as connection:
        for table in ("telegram_chats", "telegram_updates", "message_deliveries", "conversations"):
            rows = (await connection.exec_driver_sql(f"SELECT * FROM {table}")).all()
            assert rows
            assert str(CHAT) not in str(rows)


async def test_too_many_messages_are_refused_with_a_word(telegram: Emulator, runtime: Runtime) -> None:
    # Limits count by the minute of the clock; forty messages that come at the end of one would count in two of them.
    with time_machine.travel(clock.now(), tick=False):
        for number in range(40):
            telegram.says(CHAT, f"bericht {number}")
        await telegram.confirmed()
        await telegram.until(lambda: any("veel berichten" in text for text in telegram.texts(CHAT)))
    stored = await said(runtime)
    assert len(stored) == 30
    assert sum("veel berichten" in text for text in telegram.texts(CHAT)) == 1
