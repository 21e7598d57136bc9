"""Whoever gets hold of the database file learns nothing of what a resident said, or of who the resident is."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from api.conversations.assistant import Reply
from api.conversations.models import Message
from api.dependencies import COOKIE, Runtime
from api.settings import Settings
from tests.api.conftest import FakeAssistant
from tests.api.people_at_work import PASSWORD, Professional, Resident, hand_over

BSN = "111222333"
SAID = [
    f"mijn bsn is {BSN} en ik durf de post niet open te maken",
    "bel 06-12345678 of mail truus@inwoner.example, Zandstraat 7",
    "Truus Bakker",
]
NOTED = "Truus huilde aan de telefoon"
REPLIED = "Dag mevrouw Bakker, zullen we dinsdag afspreken?"
SECRETS = [
    BSN,
    "durf de post",
    "bsn",
    "06-12345678",
    "0612345678",
    "12345678",
    "truus@",
    "Truus",
    "Bakker",
    "Zandstraat",
    "weggehaald",
    "huilde",
    "dinsdag",
    "avonds",
    "heel fijn",
    PASSWORD,
]


def stored_bytes(folder: Path) -> bytes:
    files = sorted(folder.glob("voordeur.sqlite3*"))
    assert files
    return b"".join(file.read_bytes() for file in files)


async def test_nothing_of_a_resident_can_be_read_in_the_file(
    resident: Resident,
    assistant: FakeAssistant,
    settings: Settings,
    professional: Callable[..., Awaitable[Professional]],
) -> None:
    assistant.answer = lambda text: [Reply(f"U zei: {text}", asked_for="name" if "telefoon" in text else None)]
    for text in SAID:
        await resident.say(text)
        await resident.answered()
    contact = {"name": "⟨naam-1⟩", "phone": "⟨telefoon-1⟩", "email": "⟨email-1⟩", "preference": "'s avonds"}
    made = await hand_over(resident, summary="Bel ⟨telefoon-1⟩", place="Zandstraat 7, 5421 AB", contact=contact)
    sanne, intake = await professional(), f"/intakes/{made.json()['id']}"
    claimed = (await sanne.post(f"{intake}/claim")).json()
    assert (claimed["summary"], claimed["contact"]["name"]) == ("Bel 06-12345678", "Truus Bakker")
    await sanne.post(f"{intake}/notes", text=NOTED)
    await sanne.post(f"{intake}/reply", text=REPLIED)
    feedback = {"score": 5, "text": "heel fijn geholpen"}
    await resident.client.post(f"{resident.path}/feedback", headers=resident.headers, json=feedback)

    stored = stored_bytes(settings.data)
    assert made.json()["reference"].encode() in stored, "the bytes must be those of this conversation"
    assert [secret for secret in SECRETS if secret.encode() in stored] == []
    assert [secret for secret in SECRETS if secret.encode("utf-16-le") in stored] == []
    for key in (resident.token, sanne.csrf and sanne.client.cookies[COOKIE], "only-for-tests"):
        assert key.encode() not in stored


async def test_bsn_is_gone_before_anything_is_stored(resident: Resident, assistant: FakeAssistant) -> None:
    await resident.say(SAID[0])
    messages = await resident.answered()
    assert BSN not in str(messages)
    assert BSN not in str(assistant.heard)
    assert messages[1]["text"] == "mijn bsn is [BSN weggehaald] en ik durf de post niet open te maken"
    assert (messages[2]["kind"], "niet bewaard" in messages[2]["text"]) == ("notice", True)
    assert messages[3]["sender"] == "assistant"
    await resident.say("dank u")
    assert [message["kind"] for message in (await resident.answered())[4:]] == ["text", "text"]


async def test_bsn_cannot_be_guessed_from_what_is_kept_to_recognise_a_message(
    resident: Resident, settings: Settings
) -> None:
    await resident.say(BSN)
    await resident.answered()
    stored = stored_bytes(settings.data)
    for text in (BSN, f"{BSN!r}", f"{BSN!r}|None"):
        assert hashlib.sha256(text.encode()).hexdigest().encode() not in stored


async def test_error_of_the_database_does_not_tell_what_was_said(runtime: Runtime, resident: Resident) -> None:
    async with runtime.database.read() as session:
        with pytest.raises(DBAPIError) as caught:
            await session.execute(
                insert(Message).values(conversation_id=resident.id, sender_name="Truus Bakker", text="x")
            )
    assert "Truus" not in str(caught.value)
