"""Who floods is asked to wait, in words; who only shares an address with a flooder notices nothing."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine
from fastapi import FastAPI

from api.app import create_app
from api.errors import TooManyRequests
from api.limits import Limits, network
from api.settings import Settings
from tests.api.conftest import FakeAssistant
from tests.api.databases import SQLITE
from tests.api.people_at_work import Resident

LIBRARY, ELSEWHERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture
def database_kind() -> str:
    """Nothing here is counted in the database."""
    return SQLITE


@pytest.fixture(autouse=True)
def _first_second_of_a_minute() -> Iterator[None]:
    # Limits count by the minute of the clock; a test that begins at its end would count in two of them.
    with time_machine.travel(dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)):
        yield


@asynccontextmanager
async def caller(app: FastAPI, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who calls from this address."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 5000))
    async with httpx.AsyncClient(transport=transport, base_url="http://voordeur.test") as client:
        yield client


@asynccontextmanager
async def service(settings: Settings, **changed: Any) -> AsyncIterator[FastAPI]:
    """A service with other settings."""
    app = create_app(settings.model_copy(update=changed), FakeAssistant())
    async with app.router.lifespan_context(app):
        yield app


async def test_flooder_waits_and_the_library_does_not(app: FastAPI) -> None:
    async with caller(app, LIBRARY) as client:
        flooder = await Resident.arrive(client)
        answers = [await flooder.post(text=f"bericht {number}") for number in range(60)]
        assert [answer.status_code for answer in answers].count(202) == 30
        refused = answers[-1]
        assert refused.status_code == 429
        assert refused.headers["content-type"] == "application/problem+json"
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert f"Wacht {refused.headers['Retry-After']} seconden" in refused.json()["detail"]
        residents = [await Resident.arrive(client) for _ in range(200)]
        assert [(await resident.post(text="hallo")).status_code for resident in residents] == [202] * 200


async def test_what_was_refused_can_be_sent_again(app: FastAPI, settings: Settings) -> None:
    async with service(settings, limit_messages_per_conversation="1/second") as app, caller(app, LIBRARY) as client:
        resident = await Resident.arrive(client)
        await asyncio.gather(*(resident.post(text="hallo") for _ in range(4)))
        said = [message for message in await resident.messages() if message["sender"] == "resident"]
        assert len(said) < 4, "a refused message is not stored"


async def test_nobody_uses_up_the_limit_of_another(app: FastAPI) -> None:
    async with caller(app, LIBRARY) as client:
        resident = await Resident.arrive(client)
        thief = Resident(client, resident.id, "guess")
        assert {(await thief.post(text="x")).status_code for _ in range(40)} == {404, 429}
        assert (await resident.post(text="hallo")).status_code == 202


async def test_one_address_cannot_open_conversations_without_end(settings: Settings) -> None:
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(service(settings, limit_conversations_per_address="5/minute"))
        library = await stack.enter_async_context(caller(app, LIBRARY))
        elsewhere = await stack.enter_async_context(caller(app, ELSEWHERE))
        codes = [(await library.post("/api/v1/conversations", json={})).status_code for _ in range(7)]
        assert codes == [201] * 5 + [429] * 2
        assert (await elsewhere.post("/api/v1/conversations", json={})).status_code == 201


async def test_installation_as_a_whole_has_a_limit(settings: Settings) -> None:
    async with service(settings, limit_requests_per_installation="3/minute") as app:
        for number, code in enumerate([201, 201, 201, 429]):
            async with caller(app, f"192.0.2.{number}") as client:
                assert (await client.post("/api/v1/conversations", json={})).status_code == code


@pytest.mark.parametrize(
    ("proxies", "socket", "codes"),
    [
        ("", LIBRARY, [201, 429]),  # nobody is trusted: what the header says does not matter
        ("10.0.0.0/8", LIBRARY, [201, 429]),  # the header comes from a stranger
        ("10.0.0.0/8", "10.1.2.3", [201, 201]),  # our own proxy says who is behind it
    ],
)
async def test_forwarded_address_is_believed_from_our_proxies_only(
    settings: Settings, proxies: str, socket: str, codes: list[int]
) -> None:
    changed = {"limit_conversations_per_address": "1/minute", "trusted_proxies": proxies}
    async with service(settings, **changed) as app, caller(app, socket) as client:
        found = []
        for claimed in ("203.0.113.1", "203.0.113.2"):
            headers = {"X-Forwarded-For": claimed, "Forwarded": f"for={claimed}", "X-Real-IP": claimed}
            found.append((await client.post("/api/v1/conversations", json={}, headers=headers)).status_code)
        assert found == codes


async def test_address_invented_in_front_of_a_proxy_has_no_effect(settings: Settings) -> None:
    changed = {"limit_conversations_per_address": "1/minute", "trusted_proxies": "10.0.0.0/8"}
    async with service(settings, **changed) as app, caller(app, "10.1.2.3") as client:
        codes = [
            (
                await client.post(
                    "/api/v1/conversations", json={}, headers={"X-Forwarded-For": f"203.0.113.{number}, {LIBRARY}"}
                )
            ).status_code
            for number in range(2)
        ]
        assert codes == [201, 429]


async def test_two_processes_with_redis_count_together(settings: Settings, redis: str) -> None:
    changed = {"limit_messages_per_conversation": "3/minute", "redis_url": redis}
    limits = [Limits(settings.model_copy(update=changed)) for _ in range(2)]
    for process in (0, 1, 0):
        await limits[process].message("conversation and token", LIBRARY)
    with pytest.raises(TooManyRequests):
        await limits[1].message("conversation and token", LIBRARY)
    for one in limits:
        await one.close()


async def test_who_cannot_count_lets_residents_in(settings: Settings, tmp_path: Path) -> None:
    limits = Limits(settings.model_copy(update={"redis_url": f"unix://{tmp_path}/nobody.sock"}))
    await limits.message("conversation and token", LIBRARY)


@pytest.mark.parametrize("path", ["/api/v1/sessions", "/werk/inloggen"])
async def test_passwords_cannot_be_guessed_for_long(settings: Settings, path: str) -> None:
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(
            service(settings, limit_sign_ins_per_account="3/hour", limit_sign_ins_per_address="6/hour")
        )

        async def guess(client: httpx.AsyncClient, email: str) -> int:
            fields = {"email": email, "password": "wrong"}
            body: dict[str, Any] = {"json": fields} if path.startswith("/api") else {"data": fields}
            return (await client.post(path, **body)).status_code

        library = await stack.enter_async_context(caller(app, LIBRARY))
        elsewhere = await stack.enter_async_context(caller(app, ELSEWHERE))
        assert [await guess(library, "a@voordeur.example") for _ in range(4)] == [401] * 3 + [429]
        assert await guess(elsewhere, "A@voordeur.example ") == 429, (
            "the account is limited, wherever the guess comes from"
        )
        assert [await guess(library, f"{name}@voordeur.example") for name in "bcd"] == [401, 401, 429]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "unknown"),
    ],
)
def test_what_counts_as_one_address(address: str, counted: str) -> None:
    assert network(address) == counted
