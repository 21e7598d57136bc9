"""Measures the pages of professionals with a long queue and many colleagues, and writes the table into docs/workspace.md.

.venv/bin/python -m bench.workspace
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import platform
import random
import re
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from sqlalchemy import event, text

from api import clock
from api.intakes.models import Intake, IntakeStatus, Urgency
from api.people import repository as people
from api.people.models import Person, Role
from api.settings import ROOT
from tests.api.databases import running_postgresql
from tests.pages.house import PASSWORD, House, running_house
from tests.pages.stand_in import SERVICE_TOKEN

DOCUMENT = ROOT / "docs" / "workspace.md"
BEGIN, END = "<!-- measured -->\n", "<!-- /measured -->"
OPEN, CLOSED, PROFESSIONALS, TIMES, ALARMS = 10_000, 2_000, 50, 20, 5
SANNE = "demo.gemert@voordeur.example"
Row = tuple[str, ...]


def intakes() -> Iterator[Intake]:
    """A long queue of one team, and what was closed before. Everything is made up."""
    chance = random.Random(1)  # noqa: S311  the same queue each time
    now = clock.now()
    for number in range(OPEN + CLOSED):
        due = now + dt.timedelta(hours=chance.randrange(-48, 400))
        yield Intake(
            reference=f"V-{number:06d}",
            idempotency_key=uuid.uuid4().hex,
            service=chance.choice(["schuldhulpverlening", "taalhuis", "ontmoeting", "buurtbemiddeling"]),
            also=[],
            area="gemert-bakel",
            team="gemert",
            urgency=chance.choices([Urgency.NORMAL, Urgency.SOON, Urgency.URGENT], [8, 3, 1])[0],
            due_at=due,
            amber_at=due,
            status=IntakeStatus.NEW if number < OPEN else IntakeStatus.CLOSED,
            language="nl",
            summary="De huur is twee maanden niet betaald en er liggen brieven die ik niet open durf te maken. " * 4,
            contact_name="Truus Bakker",
            contact_phone="0612345678",
        )


async def furnish(house: House) -> None:
    """Fills the queue and takes people on."""
    database = house.runtime.database
    async with database.write() as session:
        session.add_all(intakes())
        hashed = (await people.by_email(session, SANNE)).password_hash  # type: ignore[union-attr]
        session.add_all(
            Person(
                email=f"p{number}@voordeur.example",
                name=f"Medewerker {number}",
                password_hash=hashed,
                role=Role.PROFESSIONAL,
                team="gemert",
            )
            for number in range(PROFESSIONALS)
        )
    async with database.write() as session:
        await session.execute(text("ANALYZE"))


def signed_in(house: House, email: str) -> httpx.Client:
    """Somebody with a browser."""
    client = httpx.Client(base_url=house.address, timeout=60)
    client.post("/api/v1/sessions", json={"email": email, "password": PASSWORD}).raise_for_status()
    return client


@contextmanager
def counted(house: House) -> Iterator[list[str]]:
    """The statements that the service sends to its database meanwhile."""
    asked: list[str] = []

    def count(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    engine = house.runtime.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    yield asked
    event.remove(engine, "before_cursor_execute", count)


def spread(milliseconds: list[float]) -> str:
    """Median, 95th percentile and longest."""
    ordered = sorted(milliseconds)
    return f"{statistics.median(ordered):.0f} · {ordered[round(0.95 * (len(ordered) - 1))]:.0f} · {ordered[-1]:.0f} ms"


def pages(house: House) -> Iterator[Row]:
    """How long each page takes, from the request to the last byte, over HTTP on this machine."""
    sanne, riet = signed_in(house, SANNE), signed_in(house, "coordinator@voordeur.example")
    first = sanne.get("/werk").raise_for_status().text
    found = re.search(r'rel="next" href="([^"]+)"', first)
    assert found, "there is no next page"
    for name, client, path in (
        ("queue, first page", sanne, "/werk"),
        ("queue, second page", sanne, found[1].replace("&amp;", "&")),
        ("queue, filtered", sanne, "/werk?dienst=taalhuis&urgentie=urgent"),
        ("queue of a coordinator", riet, "/werk?filter=geen"),
        ("overview of the teams", riet, "/werk/team"),
        ("own work", sanne, "/werk/mijn"),
        ("what did not arrive", riet, "/werk/niet-aangekomen"),
    ):
        client.get(path).raise_for_status()
        with counted(house) as asked:
            client.get(path).raise_for_status()
        questions = len(asked)
        times, work = [], []
        for _ in range(TIMES):
            started, worked = time.perf_counter(), time.process_time()
            client.get(path).raise_for_status()
            times.append((time.perf_counter() - started) * 1000)
            work.append((time.process_time() - worked) * 1000)
        yield name, spread(times), f"{statistics.median(work):.0f} ms", f"{questions}"
    sanne.close()
    riet.close()


async def alarms(house: House) -> list[Row]:
    """How long it takes until a crisis has reached each of the open streams, from before it is made; some times."""
    clients = [httpx.AsyncClient(base_url=house.address, timeout=120) for _ in range(PROFESSIONALS)]
    for number, client in enumerate(clients):
        account = {"email": f"p{number}@voordeur.example", "password": PASSWORD}
        csrf = (await client.post("/api/v1/sessions", json=account)).raise_for_status().json()["csrfToken"]
        client.headers["X-CSRF-Token"] = csrf
    times, questions = [], []
    for _ in range(ALARMS):
        reached, asked = await one_alarm(house, clients)
        times += reached
        questions.append(asked)
    for client in clients:
        await client.aclose()
    name = f"a crisis reaches {PROFESSIONALS} open streams, {ALARMS} times"
    return [(name, spread(times), "", f"{max(questions)}")]


async def one_alarm(house: House, clients: list[httpx.AsyncClient]) -> tuple[list[float], int]:
    """The milliseconds to each stream, and the statements for making the intake and telling everybody. Somebody picks it up then."""
    listening = asyncio.Semaphore(0)
    waiting = [asyncio.create_task(first_alarm(client, listening)) for client in clients]
    for _ in clients:
        await listening.acquire()
    conversation = (await clients[0].post("/api/v1/conversations", json={})).json()["id"]
    headers = {"Authorization": f"Bearer {SERVICE_TOKEN}", "Idempotency-Key": uuid.uuid4().hex}
    body = {
        "conversationId": conversation,
        "service": "crisisdienst",
        "summary": "Nu.",
        "place": "Gemert",
        "urgency": "crisis",
    }
    with counted(house) as asked:
        started = time.perf_counter()
        made = await clients[0].post("/api/v1/intakes", json=body, headers=headers)
        times = [(ended - started) * 1000 for ended in await asyncio.gather(*waiting)]
    claimed = await clients[0].post(f"/api/v1/intakes/{made.raise_for_status().json()['id']}/claim")
    claimed.raise_for_status()
    return times, len(asked)


async def first_alarm(client: httpx.AsyncClient, listening: asyncio.Semaphore) -> float:
    """The moment at which this stream tells of somebody in danger."""
    async with client.stream("GET", "/werk/nieuws") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data:"):
                told = json.loads(line.removeprefix("data:"))
                if told.get("alarms"):
                    return time.perf_counter()
                listening.release()
    raise RuntimeError("the stream ended")


def measured(house: House, name: str) -> list[Row]:
    """All figures on one database."""
    asyncio.run_coroutine_threadsafe(furnish(house), house.loop).result(600)
    rows = list(pages(house))
    rows += asyncio.run(alarms(house))
    return [(f"{what}, {name}", *figures) for what, *figures in rows]


@contextmanager
def folder() -> Iterator[Path]:
    """A data folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="voordeur-measured-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def main() -> None:
    """Measures on both databases and writes the table."""
    with folder() as data, running_house(data) as house:
        rows = measured(house, "SQLite")
    with running_postgresql() as server, folder() as data:
        server.create("measured")
        with running_house(data, server.address("measured")) as house:
            rows += measured(house, "PostgreSQL")
    lines = [
        f"{OPEN:,} open and {CLOSED:,} closed intakes in one team; {TIMES} times over HTTP with client and server on one machine",
        f"({platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}, {clock.now():%Y-%m-%d}).",
        "Processor time is that of client and service together; a load above the number of cores makes the clock run ahead of it.",
        "",
        "| what | by the clock: median · 95 % · longest | processor time, median | questions to the database |",
        "| --- | --- | --- | --- |",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
    ]
    found = "\n".join(lines)
    print(found)
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    DOCUMENT.write_text(f"{before}{BEGIN}{found}{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
