"""Sends 10,000 updates of 500 chats through the webhook, with a Telegram that refuses some messages and loses some answers, and counts.

    .venv/bin/python -m bench.telegram [number of updates]

Everything is real but Telegram and the assistant: a service in a process of its own, its database, HTTP both ways. The table goes into
docs/telegram.md. 0 when every message is accounted for.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import statistics
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from api.operations.migrate import migrate
from api.settings import ROOT, Settings
from bench.running import NO_LIMITS, three_free_ports
from bench.writing import table, write_between
from tests.api.channels.telegram.emulator import TOKEN, Emulator, Failure
from tests.api.conversations.rasa_stand_in import RasaStandIn

DOCUMENT = ROOT / "docs" / "telegram.md"
UPDATES, TURNS, AT_ONCE = 10_000, 20, 20
TOLD_TO_WAIT, ANSWERS_LOST = 0.05, 0.01
LONGEST_SECONDS = 3600
SEED = 20261125
PER_SECOND = 25
SECRET = "a-secret-for-measuring"  # noqa: S105  of an installation that lives for minutes, on this machine only


class Weather:
    """What goes wrong on the way, by a seed: the same each time."""

    def __init__(self, telegram: Emulator) -> None:
        self._random = random.Random(SEED)  # noqa: S311  no secret
        self.told_to_wait = self.answers_lost = 0
        telegram.before = self._refuse
        telegram.lose_answer = self._lose

    def _refuse(self, method: str, _: dict[str, Any]) -> None:
        if method == "sendMessage" and self._random.random() < TOLD_TO_WAIT:
            self.told_to_wait += 1
            raise Failure(429, "Too Many Requests: retry after 1", retry_after=1)

    def _lose(self, method: str, _: dict[str, Any]) -> bool:
        lost = method == "sendMessage" and self._random.random() < ANSWERS_LOST
        self.answers_lost += lost
        return lost


def update_of(number: int, chat: int, text: str) -> dict[str, Any]:
    """An update as Telegram posts it."""
    person = {"id": chat, "is_bot": False, "first_name": "Bewoner"}
    message = {"message_id": number, "date": int(time.time()), "chat": {"id": chat, "type": "private"}, "from": person}
    return {"update_id": number, "message": {**message, "text": text}}


async def post_all(client: httpx.AsyncClient, updates: int) -> tuple[list[float], Counter[int]]:
    """Posts the updates as Telegram does: those of one chat in order, some chats at once, each until it is taken."""
    chats = updates // TURNS
    places, times, codes = asyncio.Semaphore(AT_ONCE), [], Counter[int]()
    began = time.perf_counter()

    async def one_chat(chat: int) -> None:
        for turn in range(TURNS):
            number = turn * chats + chat + 1
            # No faster than a bot may answer, or all that is measured is the queue.
            await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
            async with places:
                started = time.perf_counter()
                while True:
                    body = update_of(number, chat + 1, f"vraag {turn}")
                    response = await client.post("/telegram/webhook", json=body)
                    codes[response.status_code] += 1
                    if response.is_success:
                        break
                times.append(time.perf_counter() - started)

    await asyncio.gather(*(one_chat(chat) for chat in range(chats)))
    return times, codes


async def until_quiet(database: Path) -> None:
    """Returns when nothing waits to be answered or sent."""
    question = (
        "SELECT (SELECT count(*) FROM turns WHERE status = 'pending')"
        " + (SELECT count(*) FROM message_deliveries WHERE status = 'queued')"
    )
    async with asyncio.timeout(LONGEST_SECONDS):
        while ask(database, question)[0][0]:  # noqa: ASYNC110  another process does the work
            await asyncio.sleep(1)


def ask(database: Path, question: str) -> list[Any]:
    """Rows of the service's own database."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        return connection.execute(question).fetchall()


def count(telegram: Emulator, database: Path, weather: Weather, updates: int) -> tuple[list[tuple[str, str]], int]:
    """The rows of the table, and how many messages nobody can account for."""
    ((stored,),) = ask(database, "SELECT count(*) FROM messages WHERE sender = 'resident'")
    by_status = dict(ask(database, "SELECT status, count(*) FROM message_deliveries GROUP BY status"))
    to_send = sum(by_status.values())
    seen = sum(len(sent) for sent in telegram.chats.values())
    answers = Counter(
        (chat, sent.text) for chat, all_sent in telegram.chats.items() for sent in all_sent if "Ik hoorde" in sent.text
    )
    twice = sum(times - 1 for times in answers.values())
    out_of_order = sum(
        texts != sorted(texts, key=lambda text: int(text.rsplit(" ", 1)[1]))
        for texts in ([text for text in telegram.texts(chat) if "Ik hoorde" in text] for chat in list(telegram.chats))
    )
    sent, uncertain = by_status.get("sent", 0), by_status.get("uncertain", 0)
    wrong = (updates - stored) + (to_send - seen) + twice + out_of_order + (to_send - sent - uncertain)
    # A message whose answer got lost may not count as sent. On a slow machine more answers come too late, and count as lost too.
    wrong += max(0, weather.answers_lost - uncertain)
    notices = sum("even geen antwoord" in text for chat in list(telegram.chats) for text in telegram.texts(chat))
    wrong += updates - len(answers) - notices
    rows = [
        ("updates posted, stored as messages of residents", f"{updates:,}, {stored:,}"),
        (
            "answers of the assistant that arrived, twice, chats out of order",
            f"{len(answers):,}, {twice}, {out_of_order}",
        ),
        ("honest notices instead, because 8 seconds were over", str(notices)),
        ("messages to send (greetings too), seen in the chats", f"{to_send:,}, {seen:,}"),
        ("told to wait by Telegram (429), sent later", f"{weather.told_to_wait:,}"),
        (
            "answers lost on purpose, marked `uncertain` (late ones too), sent again",
            f"{weather.answers_lost}, {uncertain}, 0",
        ),
        (
            "sent, undeliverable, still queued",
            f"{sent:,}, {by_status.get('undeliverable', 0)}, {by_status.get('queued', 0)}",
        ),
        ("**not accounted for**", f"**{wrong}**"),
    ]
    return rows, wrong


async def measure(folder: Path, updates: int) -> tuple[list[tuple[str, str]], int]:
    """Starts all, posts all, waits, counts."""
    port = three_free_ports()
    settings = Settings(data=folder, port=port)
    await asyncio.to_thread(migrate, settings.database_address)
    async with Emulator().running() as telegram, RasaStandIn().running() as rasa:
        weather = Weather(telegram)
        environment = {
            **os.environ,
            **NO_LIMITS,
            "VOORDEUR_DATA": str(folder),
            "VOORDEUR_PORT": str(port),
            "VOORDEUR_ASSISTANT_URL": rasa.address,
            "VOORDEUR_TELEGRAM_TOKEN": TOKEN,
            "VOORDEUR_TELEGRAM_API": telegram.address,
            "VOORDEUR_TELEGRAM_MODE": "webhook",
            "VOORDEUR_TELEGRAM_SECRET": SECRET,
            "VOORDEUR_PUBLIC_URL": "http://127.0.0.1:9",  # the updates are posted from here
        }
        command = [sys.executable, "-m", "uvicorn", "--factory", "api.app:serve", "--port", str(port)]
        command += ["--no-access-log", "--log-level", "warning"]
        with (folder / "output.txt").open("w") as output:
            process = await asyncio.create_subprocess_exec(
                *command, cwd=ROOT, env=environment, stdout=output, stderr=output
            )
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
                await until_ready(client)
                began = time.monotonic()
                times, codes = await post_all(client, updates)
                await until_quiet(folder / "voordeur.sqlite3")
        finally:
            process.terminate()
            await asyncio.wait_for(process.wait(), 30)
        seconds = time.monotonic() - began
        rows, wrong = count(telegram, folder / "voordeur.sqlite3", weather, updates)
        repeated = sum(codes.values()) - codes[200]
        p95 = statistics.quantiles(times, n=20)[-1]
        rows += [
            ("webhook until 200: p50, p95", f"{statistics.median(times) * 1000:.0f} ms, {p95 * 1000:.0f} ms"),
            ("posted again after another answer than 200", str(repeated)),
            (
                f"from the first update to the last message, sent a second (at most {PER_SECOND})",
                f"{seconds:.0f} s, {sum(len(sent) for sent in telegram.chats.values()) / seconds:.1f}",
            ),
        ]
        return rows, wrong


async def until_ready(client: httpx.AsyncClient) -> None:
    """Returns when the service can help a resident."""
    async with asyncio.timeout(120):
        while True:
            try:
                if (await client.get("/readyz")).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.2)


def main() -> int:
    """0 when every message is accounted for."""
    updates = int(sys.argv[1]) if len(sys.argv) > 1 else UPDATES
    with TemporaryDirectory(prefix="voordeur-telegram-") as folder:
        rows, wrong = asyncio.run(measure(Path(folder), updates))
    chaos = f"{TOLD_TO_WAIT:.0%} of the messages refused with 429, the answer to {ANSWERS_LOST:.0%} lost"
    found = table(
        f"Measured on {time.strftime('%-d %B %Y')}: {updates:,} updates of {updates // TURNS} chats, {chaos}; one api process, SQLite,"
        f" {os.cpu_count()} processors with a load of {os.getloadavg()[1]:.1f}.",
        rows,
    )
    print(found)
    write_between(DOCUMENT, found)
    return int(wrong != 0)


if __name__ == "__main__":
    sys.exit(main())
