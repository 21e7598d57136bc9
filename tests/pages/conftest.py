"""Every test visits with a browser of its own; the service is shared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import chromium
from tests.pages.house import House, running_house

# Other work on the machine slows a browser; a test that waits for a condition may wait this long.
PATIENCE_MILLISECONDS = 30_000


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One service for all tests of this session; each test opens a conversation of its own."""
    with running_house(tmp_path_factory.mktemp("pages")) as house:
        yield house


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

    def __call__(
        self, path: str = "/chat", width: int = 1280, height: int = 900, without: str = "", **options: Any
    ) -> Page:
        """Opens a page in a browser of somebody's own. `without` is a pattern of addresses that do not arrive."""
        options = {"locale": "nl-NL", "reduced_motion": "reduce", "base_url": self.house.address} | options
        context = self.browser.new_context(viewport={"width": width, "height": height}, **options)
        # No test leaves this machine: what lies elsewhere is an empty page.
        context.route(
            lambda url: "127.0.0.1" not in url and "localhost" not in url,
            lambda route: route.fulfill(status=200, content_type="text/html", body="<title>elders</title>"),
        )
        if without:
            context.route(without, lambda route: route.abort())
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
    house.assistant.handed_over = lambda story: {}
    house.assistant.down = False
    house.call(house.assistant.patience.set)
