"""From a resident's first words on Telegram to a person's answer there: real processes, the real assistant, an emulator of the Bot API."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.channels.telegram.emulator import TOKEN, Emulator
from tests.whole.conftest import PASSWORD, Started, start, stop
from tests.whole.test_processes import pids

FATIMA, HASSAN = 777_000_111_222, 777_000_333_444
SECRET = "the-secret-of-the-webhook"
LONGEST_ANSWER_SECONDS = 120.0
REFERENCE = re.compile(r"V-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}")
ONE_ANSWER = "buren|even geen antwoord"
STORY = "ik kan mijn huur al 2 maanden niet betalen en ik durf de post niet meer open te maken"


@pytest.fixture
async def telegram() -> AsyncIterator[Emulator]:
    async with Emulator().running() as emulator:
        yield emulator


def settings(telegram: Emulator) -> dict[str, str]:
    """What tells Voordeur about its bot; the webhook comes to Voordeur's own port."""
    return {
        "VOORDEUR_TELEGRAM_TOKEN": TOKEN,
        "VOORDEUR_TELEGRAM_API": telegram.address,
        "VOORDEUR_TELEGRAM_MODE": "webhook",
        "VOORDEUR_TELEGRAM_SECRET": SECRET,
        "VOORDEUR_PUBLIC_URL": "http://127.0.0.1:{port}",
    }


async def begin(data: Path, telegram: Emulator) -> Started:
    return await asyncio.to_thread(start, data, settings(telegram))


@pytest.fixture
async def voordeur(tmp_path: Path, telegram: Emulator) -> AsyncIterator[Started]:
    """A Voordeur with a bot, ended whatever the test finds."""
    started = await begin(tmp_path, telegram)
    yield started
    if started.process.poll() is None:
        await asyncio.to_thread(stop, started)


async def hears(telegram: Emulator, chat: int, words: str | re.Pattern[str]) -> str:
    """Waits until the newest messages hold these words; gives that message."""

    def found() -> list[str]:
        return [text for text in telegram.texts(chat) if re.search(words, text)]

    try:
        await telegram.until(found, LONGEST_ANSWER_SECONDS)
    except TimeoutError:
        raise AssertionError(f"never heard {words!r}:\n" + "\n--\n".join(telegram.texts(chat))) from None
    return found()[-1]


async def presses(telegram: Emulator, label: str) -> None:
    """Presses a button once it is there."""

    def there() -> bool:
        return any(label in sent.labels for sent in telegram.chats[FATIMA])

    await telegram.until(there, LONGEST_ANSWER_SECONDS)
    telegram.presses(FATIMA, label)


async def to_a_reference(telegram: Emulator) -> str:
    """Fatima answers every question, by text and by buttons; gives the reference."""
    telegram.says(FATIMA, "/start")
    await hears(telegram, FATIMA, "geen mens")
    telegram.says(FATIMA, STORY)
    await hears(telegram, FATIMA, "schulden")
    await presses(telegram, "Ja, dat klopt")
    await presses(telegram, "Dat weet ik niet")
    await hears(telegram, FATIMA, "Mag ik uw vraag doorgeven")
    await presses(telegram, "Ja, dat is goed")
    await hears(telegram, FATIMA, "woont u")
    telegram.says(FATIMA, "Gemert")
    await hears(telegram, FATIMA, "noemen")
    telegram.says(FATIMA, "Fatima")
    await hears(telegram, FATIMA, "bereiken")
    telegram.shares_contact(FATIMA, "+31612345678")
    await presses(telegram, "Maakt niet uit")
    await hears(telegram, FATIMA, "Dit geef ik door")
    await presses(telegram, "Dit klopt")
    found = REFERENCE.search(await hears(telegram, FATIMA, REFERENCE))
    assert found is not None
    return found.group()


async def sign_in(client: httpx.AsyncClient, who: str) -> None:
    answer = await client.post("/api/v1/sessions", json={"email": f"{who}@voordeur.example", "password": PASSWORD})
    client.headers["X-CSRF-Token"] = answer.raise_for_status().json()["csrfToken"]


async def intake_with(client: httpx.AsyncClient, reference: str) -> str:
    items: list[dict[str, Any]] = (await client.get("/api/v1/intakes")).raise_for_status().json()["items"]
    return next(str(item["id"]) for item in items if item["reference"] == reference)


async def test_resident_on_telegram_gets_an_answer_from_a_person(telegram: Emulator, voordeur: Started) -> None:
    reference = await to_a_reference(telegram)
    async with httpx.AsyncClient(base_url=voordeur.address, timeout=60) as sanne:
        await sign_in(sanne, "demo.gemert")
        intake = await intake_with(sanne, reference)
        (await sanne.post(f"/api/v1/intakes/{intake}/claim")).raise_for_status()
        await hears(telegram, FATIMA, "Sanne de Wit van Team Gemert-Bakel leest nu met u mee")
        (
            await sanne.post(f"/api/v1/intakes/{intake}/reply", json={"text": "Schikt morgen om 10 uur?"})
        ).raise_for_status()
        assert await hears(telegram, FATIMA, "Schikt morgen") == "Sanne de Wit:\nSchikt morgen om 10 uur?"


async def test_killed_between_the_webhook_and_the_answer_it_answers_once(
    telegram: Emulator, voordeur: Started, tmp_path: Path
) -> None:
    telegram.says(HASSAN, "/start")
    await hears(telegram, HASSAN, "geen mens")
    running = pids(voordeur.printed)
    # Nobody can answer before the end comes.
    os.kill(running["assistant"], signal.SIGSTOP)
    try:
        posted = len(telegram.posted)
        telegram.says(HASSAN, "de buren draaien elke nacht harde muziek en ik slaap niet meer")
        await telegram.until(lambda: 200 in telegram.posted[posted:])
        os.kill(running["api"], signal.SIGKILL)
    finally:
        os.kill(running["assistant"], signal.SIGCONT)
    assert await asyncio.to_thread(voordeur.process.wait, 60) == 1
    assert not any(re.search(ONE_ANSWER, text) for text in telegram.texts(HASSAN))

    again = await begin(tmp_path, telegram)
    try:
        # An assistant that is not awake yet has no answer; then the honest notice is the one answer.
        await hears(telegram, HASSAN, ONE_ANSWER)
        # Whatever would be said twice is said in the time in which something else is answered.
        telegram.says(HASSAN, "/help")
        await hears(telegram, HASSAN, "/mens")
        assert sum(re.search(ONE_ANSWER, text) is not None for text in telegram.texts(HASSAN)) == 1
    finally:
        await asyncio.to_thread(stop, again)
