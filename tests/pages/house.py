"""The real service with a stand-in for the assistant, for pages that are looked at in a browser: no training, a few seconds."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.database import Database
from api.dependencies import Runtime
from api.operations.migrate import migrate
from api.people.demo import load_demo_people
from api.privacy.encryption import KeyRing, use_keys
from api.settings import Settings
from tests.pages.stand_in import SERVICE_TOKEN, StandIn

PASSWORD = "a password for tests"


@dataclass
class House:
    """The running service, and the one who answers in it."""

    address: str
    app: FastAPI
    assistant: StandIn
    loop: asyncio.AbstractEventLoop
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def runtime(self) -> Runtime:
        """What the service holds on to."""
        runtime: Runtime = self.app.state.runtime
        return runtime

    def call(self, function: Callable[[], object]) -> None:
        """Runs something in the thread of the service."""
        self.loop.call_soon_threadsafe(function)

    def run(self, work: Coroutine[Any, Any, object]) -> None:
        """Does something with the service's own database, in its thread."""
        asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def client(self) -> httpx.Client:
        """Somebody who calls the API; what is open is closed with the house."""
        self.clients.append(httpx.Client(base_url=f"{self.address}/api/v1", timeout=60))
        return self.clients[-1]

    def professional(self, who: str = "demo.gemert") -> Desk:
        """Somebody who works here, signed in."""
        client = self.client()
        account = {"email": f"{who}@voordeur.example", "password": PASSWORD}
        csrf = client.post("/sessions", json=account).raise_for_status().json()["csrfToken"]
        client.headers["X-CSRF-Token"] = csrf
        return Desk(client)


@dataclass
class Desk:
    """A professional at work, by the API."""

    client: httpx.Client

    def claim(self, reference: str) -> str:
        """Picks up the intake with this reference; gives its id."""
        items = self.client.get("/intakes").raise_for_status().json()["items"]
        [intake] = [item["id"] for item in items if item["reference"] == reference]
        self.client.post(f"/intakes/{intake}/claim").raise_for_status()
        return str(intake)

    def act(self, intake: str, verb: str, **body: Any) -> None:
        """Does something with an intake: `reply`, `release`, `close`."""
        self.client.post(f"/intakes/{intake}/{verb}", json=body or None).raise_for_status()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _furnish(settings: Settings) -> None:
    migrate(settings.database_address)
    asyncio.run(_people(settings))


async def _people(settings: Settings) -> None:
    database = Database(settings.database_address)
    async with database.write() as session:
        await load_demo_people(session, PASSWORD)
    await database.close()


@contextmanager
def running_house(data: Path, database_url: str | None = None, **more: Any) -> Iterator[House]:
    """A service on a free port, with the people of the demo, until the block ends. Without an address of a database: SQLite.

    `more` are further settings.
    """
    for name in [name for name in os.environ if name.startswith("VOORDEUR_") and name != "VOORDEUR_CHROMIUM"]:
        del os.environ[name]
    data.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    many = "1000000/minute"
    settings = Settings(
        port=port,
        data=data,
        database_url=database_url,
        key="only-for-tests",
        service_token=SERVICE_TOKEN,
        assistant_token="x",
        assistant_timeout_seconds=20,
        limit_messages_per_conversation=many,
        limit_conversations_per_address=many,
        limit_sign_ins_per_account=many,
        limit_sign_ins_per_address=many,
        **more,
    )
    use_keys(KeyRing(["only-for-tests"]))
    with ThreadPoolExecutor(1) as aside:  # a browser that is open already has a loop in this thread
        aside.submit(_furnish, settings).result()
    address = f"http://127.0.0.1:{port}"
    assistant = StandIn(address)
    app = create_app(settings, assistant)
    assistant.catalogue = app.state.runtime.catalogue
    loop = asyncio.new_event_loop()
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", timeout_graceful_shutdown=2)
    )
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve()), daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    house = House(address, app, assistant, loop)
    yield house
    for client in house.clients:
        client.close()
    server.should_exit = True
    thread.join(30)
