"""What becomes of an intake when another case system fails in the four usual ways: the table of docs/case-systems.md.

A real service with a database of its own, and the stand-in for Open Klant that the tests hold to recorded answers. Time is not waited for:
each row is made due as soon as it waits. Usage: `.venv/bin/python -m bench.deliveries`.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import httpx
import yaml
from sqlalchemy import select, update

from api import clock
from api.app import create_app
from api.case_systems.models import Delivery, DeliveryStatus
from api.dependencies import Runtime
from api.operations.migrate import migrate
from api.settings import ROOT, Settings
from tests.api.people_at_work import Resident
from tests.case_systems import open_klant
from tests.case_systems.open_klant import OpenKlant

Trouble = Callable[[int, str, str], str | None]
SCENARIOS: tuple[tuple[str, Trouble], ...] = (
    ("nothing fails", lambda attempt, method, path: None),
    ("answers 500, twice", lambda attempt, method, path: "500" if attempt <= 2 else None),
    (
        "makes it, and the answer is lost",
        lambda attempt, method, path: "lose" if attempt == 1 and method == "POST" else None,
    ),
    ("is away, comes back after an hour", lambda attempt, method, path: "500" if attempt <= 5 else None),
    (
        "refuses a field; a person tries again",
        lambda attempt, method, path: "refuse" if attempt == 1 and method == "POST" else None,
    ),
)
MOST_ATTEMPTS = 12
OWN_TOKEN = "service-token-of-the-bench"  # noqa: S105  of an installation that lives for seconds


async def scenario(trouble: Trouble) -> tuple[list[str], int, list[str]]:
    """What each attempt came to, how many cases there are, and what the resident heard."""
    with tempfile.TemporaryDirectory() as name:
        async with OpenKlant().running() as server:
            assert isinstance(server, OpenKlant)
            settings = await asyncio.to_thread(organisation, Path(name), server.address)
            app = create_app(settings)
            async with app.router.lifespan_context(app):
                runtime: Runtime = app.state.runtime
                transport = httpx.ASGITransport(app=app)
                async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
                    server.trouble = lambda method, path: trouble(1, method, path)
                    resident = await Resident.arrive(client)
                    made = await client.post(
                        "/api/v1/intakes",
                        headers={
                            "Authorization": f"Bearer {OWN_TOKEN}",
                            "Idempotency-Key": "the only one",
                        },
                        json={
                            "conversationId": str(resident.id),
                            "service": "taalhuis",
                            "summary": "x",
                            "place": "Best",
                        },
                    )
                    made.raise_for_status()
                    attempts = await until_delivered(runtime, server, trouble)
                    said = [one["text"] for one in await resident.messages() if one["kind"] == "notice"]
            return attempts, len(server.contacts), said


async def until_delivered(runtime: Runtime, server: OpenKlant, trouble: Trouble) -> list[str]:
    """Attempt after attempt; when it is given up a person tries again."""
    attempts: list[str] = []
    while len(attempts) < MOST_ATTEMPTS:
        number = len(attempts) + 1
        server.trouble = lambda method, path, number=number: trouble(number, method, path)  # type: ignore[misc]
        row = await attempt(runtime)
        attempts.append(row.problem or row.status.value)
        if row.status is DeliveryStatus.DELIVERED:
            break
        if row.status is DeliveryStatus.FAILED:
            async with runtime.database.write() as session:
                await session.execute(
                    update(Delivery).values(status=DeliveryStatus.WAITING, attempts=0, next_at=clock.now())
                )
    return attempts


async def attempt(runtime: Runtime) -> Delivery:
    """Makes the row due, and waits for one attempt."""
    async with runtime.database.write() as session:
        await session.execute(update(Delivery).values(next_at=clock.now()))
    runtime.delivering.worker.wake()
    async with asyncio.timeout(60):
        while True:
            async with runtime.database.read() as session:
                row = (await session.scalars(select(Delivery))).one()
            if row.leased_until is None and (row.next_at is None or row.next_at > clock.now()):
                return row
            await asyncio.sleep(0.05)


def organisation(folder: Path, address: str) -> Settings:
    """An organisation whose people work in Open Klant."""
    shutil.copytree(ROOT / "catalogue" / "demo", folder / "catalogue")
    actor = {"name": "Team Best", "object_type": "grp", "object_id": "best"}
    system = {
        "kind": "openklant",
        "name": "Open Klant",
        "address": f"{address}{open_klant.BASE}",
        "tell_resident": True,
    }
    data = {"systems": {"klant": {**system, "actor": actor}}, "routes": [{"systems": ["klant"]}]}
    (folder / "catalogue" / "case_systems.yml").write_text(yaml.safe_dump(data), encoding="utf-8")
    os.environ["VOORDEUR_SECRET_KLANT"] = open_klant.TOKEN
    settings = Settings(data=folder, catalogue=folder / "catalogue", service_token=OWN_TOKEN, key="of the bench")
    migrate(settings.database_address)
    return settings


async def main() -> None:
    """Prints the table."""
    print("| the other system | attempts | cases there | the resident hears |\n| --- | --- | --- | --- |")
    for name, trouble in SCENARIOS:
        attempts, cases, said = await scenario(trouble)
        heard = " / ".join(re.sub(r"V-\w{4}-\w{4}", "V-…", text) for text in said) or "nothing: it is as promised"
        print(f"| {name} | {', '.join(attempts)} | {cases} | {heard} |")


if __name__ == "__main__":
    asyncio.run(main())
