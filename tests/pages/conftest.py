"""The pages in a real browser, against the real service with a stand-in for the assistant: no training, a few seconds."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page

from api.app import create_app
from api.database import Database
from api.dependencies import Runtime
from api.operations.migrate import migrate
from api.people.demo import load_demo_people
from api.privacy.encryption import KeyRing, use_keys
from api.settings import Settings
from tests.browser import chromium
from tests.pages.stand_in import SERVICE_TOKEN, StandIn

PASSWORD = "a password for tests"
# Other work on the machine slows a browser; a test that waits for a condition may wait this long.
PATIENCE_MILLISECONDS = 30_000


@dataclass
class House:
    """The running service, and the one who answers in it."""

    address: str
    app: FastAPI
    assistant: StandIn
    loop: asyncio.AbstractEventLoop

    @property
    def runtime(self) -> Runtime:
        """What the service holds on to."""
        runtime: Runtime = self.app.state.runtime
        return runtime

    def call(self, function: Callable[[], object]) -> None:
        """Runs something in the thread of the service."""
        self.loop.call_soon_threadsafe(function)

    def professional(self, who: str = "demo.gemert") -> Desk:
        """Somebody who works here, signed in."""
        client = httpx.Client(base_url=f"{self.address}/api/v1", timeout=30)
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


async def _people(settings: Settings) -> None:
    database = Database(settings.database_address)
    async with database.write() as session:
        await load_demo_people(session, PASSWORD)
    await database.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One service for all tests of this session; each test opens a conversation of its own."""
    for name in [name for name in os.environ if name.startswith("VOORDEUR_") and name != "VOORDEUR_CHROMIUM"]:
        del os.environ[name]
    port = _free_port()
    many = "1000000/minute"
    settings = Settings(
        port=port,
        data=tmp_path_factory.mktemp("pages"),
        key="only for tests",
        service_token=SERVICE_TOKEN,
        assistant_token="x",
        assistant_timeout_seconds=20,
        limit_messages_per_conversation=many,
        limit_conversations_per_address=many,
        limit_sign_ins_per_account=many,
    )
    use_keys(KeyRing(["only for tests"]))
    migrate(settings.database_address)
    asyncio.run(_people(settings))
    address = f"http://127.0.0.1:{port}"
    assistant = StandIn(address)
    app = create_app(settings, assistant)
    assistant.catalogue = app.state.runtime.catalogue
    loop = asyncio.new_event_loop()
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=2)
    )
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve()), daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield House(address, app, assistant, loop)
    server.should_exit = True
    thread.join(30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with chromium() as browser:
        yield browser


@dataclass
class Visitors:
    """People with a browser each. A mistake in a page's script, or something its policy forbids, fails the test."""

    browser: Browser
    house: House
    contexts: list[BrowserContext]
    errors: list[str]

    def __call__(self, path: str = "/chat", width: int = 1280, height: int = 900, **options: Any) -> Page:
        """Opens a page in a browser of somebody's own."""
        options = {"locale": "nl-NL", "reduced_motion": "reduce", "base_url": self.house.address} | options
        context = self.browser.new_context(viewport={"width": width, "height": height}, **options)
        # No test leaves this machine: what lies elsewhere is an empty page.
        context.route(
            lambda url: "127.0.0.1" not in url and "localhost" not in url,
            lambda route: route.fulfill(status=200, content_type="text/html", body="<title>elders</title>"),
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self._heard(message.text))
        page.goto(path)
        return page

    def _heard(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.errors.append(text)


@pytest.fixture
def visit(browser: Browser, house: House) -> Iterator[Visitors]:
    """`visit("/chat", width=320)` opens a page as somebody new."""
    visitors = Visitors(browser, house, [], [])
    yield visitors
    for context in visitors.contexts:
        context.close()
    assert visitors.errors == []


@pytest.fixture(autouse=True)
def _assistant_as_always(house: House) -> Iterator[None]:
    """What one test tells the assistant does not reach the next."""
    yield
    house.assistant.script = lambda text: None
    house.assistant.down = False
    house.call(house.assistant.patience.set)
