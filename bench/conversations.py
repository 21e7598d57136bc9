"""Measures conversations on a Voordeur of its own and writes the table into docs/conversations.md.

.venv/bin/python -m bench.conversations
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import statistics
import time
import uuid
from collections.abc import Awaitable, Callable

import httpx

from api.settings import ROOT, Settings
from bench.running import PASSWORD, Installation, memory_and_cpu, process_on, running
from bench.writing import table, write_between
from organisation import load_catalogue

DOCUMENT = ROOT / "docs" / "conversations.md"
QUESTION = "ik kan de huur niet meer betalen"
TURNS, AT_ONCE, STREAMS = 60, 8, 1000
WATCH_SECONDS = 20
HONEST = load_catalogue(Settings().catalogue).text("assistant_down")
Row = tuple[str, str]


class Resident:
    """Somebody with a conversation, over real HTTP."""

    def __init__(self, client: httpx.AsyncClient, created: dict[str, str]) -> None:
        self.client = client
        self.id = created["id"]
        self.headers = {"Authorization": f"Bearer {created['token']}"}

    @classmethod
    async def arrive(cls, client: httpx.AsyncClient) -> Resident:
        """Opens a conversation."""
        return cls(client, (await client.post("/api/v1/conversations", json={})).raise_for_status().json())

    async def say(self, text: str) -> int:
        """Sends a message; gives its seq."""
        body = {"clientMessageId": str(uuid.uuid4()), "text": text}
        response = await self.client.post(f"/api/v1/conversations/{self.id}/messages", json=body, headers=self.headers)
        return int(response.raise_for_status().json()["seq"])

    async def answer(self, seq: int) -> None:
        """Waits until something later than `seq` is there."""
        while True:
            response = await self.client.get(
                f"/api/v1/conversations/{self.id}/messages", params={"after": seq, "wait": 25}, headers=self.headers
            )
            if messages := response.raise_for_status().json()["messages"]:
                assert messages[0]["text"] != HONEST, "the assistant did not answer: nothing to measure"
                return


def p50(times: list[float]) -> float:
    """The median, in milliseconds."""
    return statistics.median(times) * 1000


def p95(times: list[float]) -> float:
    """What 95 of 100 stay under, in milliseconds."""
    return statistics.quantiles(times, n=20)[-1] * 1000


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """The seconds it takes."""
    started = time.perf_counter()
    await work()
    return time.perf_counter() - started


async def turns(here: Installation, client: httpx.AsyncClient) -> list[Row]:
    """The same turn through our API and straight at Rasa, by turns so that both meet the same machine."""
    straight_client = httpx.AsyncClient(base_url=here.assistant_address, timeout=60)
    headers = {"Authorization": f"Bearer {here.secret('assistant')}"}

    async def straight() -> None:
        body = {"sender": str(uuid.uuid4()), "turn": str(uuid.uuid4()), "text": QUESTION, "payload": None}
        response = await straight_client.post("/webhooks/gateway/webhook", json=body, headers=headers)
        assert response.raise_for_status().json()

    async def through() -> None:
        resident = residents.pop()
        await resident.answer(await resident.say(QUESTION))

    residents = [await Resident.arrive(client) for _ in range(2 * TURNS + 5)]
    for _ in range(5):
        await straight()
        await through()
    ours, theirs = [], []
    for _ in range(TURNS):
        theirs.append(await timed(straight))
        ours.append(await timed(through))
    seconds = [0.0, 0.0]
    for _ in range(TURNS // AT_ONCE):
        for place, work in enumerate((straight, through)):
            seconds[place] += await timed(lambda work=work: asyncio.gather(*(work() for _ in range(AT_ONCE))))  # type: ignore[misc]
    rates = [TURNS // AT_ONCE * AT_ONCE / each for each in seconds]
    await straight_client.aclose()
    return [
        (
            f"first turn straight at Rasa, one at a time ({TURNS}×)",
            f"p50 {p50(theirs):.0f} ms, p95 {p95(theirs):.0f} ms",
        ),
        ("the same turn through our API", f"p50 {p50(ours):.0f} ms, p95 {p95(ours):.0f} ms"),
        ("ours to Rasa's p50 (aim ≤ 1.25)", f"{p50(ours) / p50(theirs):.2f}"),
        (f"replies per second, {AT_ONCE} residents at once", f"Rasa {rates[0]:.1f}, ours {rates[1]:.1f}"),
    ]


async def streams(here: Installation, client: httpx.AsyncClient) -> list[Row]:
    """Many open event streams in one api process, and how soon one of them hears."""
    api = process_on(here.port, "api.app:serve")
    residents = [await Resident.arrive(client) for _ in range(STREAMS)]
    before, _ = memory_and_cpu(api)
    opened = await asyncio.gather(*(_open_stream(here, resident) for resident in residents))
    await asyncio.sleep(5)
    held, cpu = memory_and_cpu(api)
    await asyncio.sleep(WATCH_SECONDS)
    _, cpu_later = memory_and_cpu(api)
    delays = []
    for number in range(20):
        reader = opened[number * 37 % STREAMS][0]
        resident = residents[number * 37 % STREAMS]
        started = time.perf_counter()
        await resident.say(QUESTION)
        await _next_event(reader)
        delays.append(time.perf_counter() - started)
    for _, writer in opened:
        writer.close()
    return [
        (f"{STREAMS:,} open event streams in one api process", f"{held - before:.0f} MB more ({held:.0f} MB in all)"),
        ("its processor while nothing happens", f"{(cpu_later - cpu) / WATCH_SECONDS:.0%} of one core"),
        ("message sent until its stream says so", f"p50 {p50(delays):.0f} ms, p95 {p95(delays):.0f} ms"),
    ]


async def _open_stream(here: Installation, resident: Resident) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", here.port)
    writer.write(
        f"GET /api/v1/conversations/{resident.id}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: {resident.headers['Authorization']}\r\n\r\n".encode()
    )
    await _next_event(reader)
    return reader, writer


async def _next_event(reader: asyncio.StreamReader) -> None:
    async with asyncio.timeout(60):
        while not (await reader.readline()).startswith(b"data:"):
            pass


async def reading(here: Installation, client: httpx.AsyncClient) -> list[Row]:
    """What it costs to read a whole conversation. A professional owns it, so that every message is one row."""
    rows = []
    for length in (10, 100, 1000):
        resident = await Resident.arrive(client)
        await _claim(here, client, resident)
        seq = 0
        while seq < length:
            seq = await resident.say(QUESTION)
        address = f"/api/v1/conversations/{resident.id}/messages"
        times = [
            await timed(lambda: client.get(address, headers=resident.headers))  # noqa: B023  awaited in this round
            for _ in range(30)
        ]
        body = (await client.get(address, headers=resident.headers)).json()
        size = len(json.dumps(body)) / 1000
        rows.append(
            (
                f"reading {len(body['messages']):,} messages ({size:.0f} kB)",
                f"p50 {p50(times):.1f} ms, p95 {p95(times):.1f} ms",
            )
        )
        last = [
            await timed(lambda: client.get(address, params={"after": seq - 1}, headers=resident.headers))  # noqa: B023
            for _ in range(30)
        ]
    rows.append(("reading only the last of 1,000", f"p50 {p50(last):.1f} ms, p95 {p95(last):.1f} ms"))
    return rows


async def _claim(here: Installation, client: httpx.AsyncClient, resident: Resident) -> None:
    made = await client.post(
        "/api/v1/intakes",
        headers={"Authorization": f"Bearer {here.secret('service')}", "Idempotency-Key": uuid.uuid4().hex},
        json={"conversationId": resident.id, "summary": QUESTION, "place": "Gemert"},
    )
    async with httpx.AsyncClient(base_url=here.address) as desk:
        account = {"email": "demo.gemert@voordeur.example", "password": PASSWORD}
        csrf = (await desk.post("/api/v1/sessions", json=account)).raise_for_status().json()["csrfToken"]
        claim = f"/api/v1/intakes/{made.raise_for_status().json()['id']}/claim"
        (await desk.post(claim, headers={"X-CSRF-Token": csrf})).raise_for_status()


async def measure(here: Installation) -> list[Row]:
    """All rows of the table."""
    async with httpx.AsyncClient(base_url=here.address, timeout=60) as client:
        return [*await turns(here, client), *await streams(here, client), *await reading(here, client)]


def main() -> None:
    """Starts, measures, writes."""
    with running() as here:
        rows = asyncio.run(measure(here))
    machine = f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[1]:.1f}"
    found = table(f"Measured on {time.strftime('%-d %B %Y')}, {machine}, SQLite, all processes on one machine.", rows)
    print(found)
    write_between(DOCUMENT, found)


if __name__ == "__main__":
    main()
