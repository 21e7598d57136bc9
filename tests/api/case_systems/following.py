"""Following one question to another case system: letting time pass, and looking what is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select, update

from api import clock
from api.case_systems.models import Delivery
from api.dependencies import Runtime
from tests.api.people_at_work import Professional, Resident, hand_over
from tests.case_systems.open_klant import OpenKlant
from tests.case_systems.open_zaak import OpenZaak
from tests.case_systems.serving import StandIn

SignIn = Callable[..., Awaitable[Professional]]
CALLBACK = "a token for notifications of 32 characters"
CONTACT = {"name": "Truus van den Bakker", "phone": "06-12345678", "email": "truus@example.nl"}
NAME = "het systeem van de gemeente"


async def rows(runtime: Runtime) -> list[Delivery]:
    async with runtime.database.read() as session:
        return list((await session.scalars(select(Delivery))).all())


async def at_work(runtime: Runtime) -> Delivery:
    """Lets time pass until everything is due, waits until it is done, and gives the one delivery as it is then."""
    async with runtime.database.write() as session:
        await session.execute(update(Delivery).where(Delivery.next_at.is_not(None)).values(next_at=clock.now()))
    runtime.delivering.worker.wake()
    async with asyncio.timeout(30):
        while True:
            (row,) = await rows(runtime)
            if row.leased_until is None and (row.next_at is None or row.next_at > clock.now()):
                return row
            await asyncio.sleep(0.02)


def cases(server: StandIn) -> int:
    """How many cases there are."""
    return len(server.contacts if isinstance(server, OpenKlant) else server.cases)  # type: ignore[attr-defined]


def parts(server: StandIn) -> tuple[int, int]:
    """How many tasks or first statuses there are, and how many addresses or roles."""
    if isinstance(server, OpenKlant):
        return len(server.tasks), len(server.addresses)
    assert isinstance(server, OpenZaak)
    return len(server.statuses), len(server.roles)


async def told(resident: Resident) -> list[str]:
    return [message["text"] for message in await resident.messages() if message["kind"] == "notice"]


async def handed_over(resident: Resident) -> dict[str, Any]:
    response = await hand_over(resident, contact=CONTACT)
    assert response.status_code == 201, response.text
    return dict(response.json())


def handle(server: StandIn, row: Delivery) -> str:
    """Somebody over there handles it. Gives the address of what changed."""
    if isinstance(server, OpenKlant):
        (task,) = server.tasks.values()
        task["status"] = "verwerkt"
        return str(task["url"])
    assert isinstance(server, OpenZaak)
    server.give_status(row.steps["zaak"], server.status_type(3))
    return str(row.steps["zaak"])
