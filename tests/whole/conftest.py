"""The whole of Voordeur as a user starts it: real processes, a real database, a real browser."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from api.settings import ROOT
from bench.running import MODELS, three_free_ports
from tests.browser import chromium

PASSWORD = "a password for tests"
LONGEST_START_SECONDS = 600


@dataclass
class Started:
    """A running `voordeur up`: where it listens, and what it prints."""

    process: subprocess.Popen[bytes]
    port: int
    output: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def printed(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")


def start(data: Path, settings: Mapping[str, str] | None = None) -> Started:
    """Starts Voordeur by the command of the README, with data of its own and the model that is there.

    `settings` are more of its environment; `{port}` in them is where it listens.
    """
    MODELS.mkdir(parents=True, exist_ok=True)
    if not (data / "models").exists():
        (data / "models").symlink_to(MODELS)
    port = three_free_ports()
    environment = {
        **os.environ,
        "VOORDEUR_PORT": str(port),
        "VOORDEUR_DATA": str(data),
        "VOORDEUR_DEMO_PASSWORD": PASSWORD,
        **{name: value.format(port=port) for name, value in (settings or {}).items()},
    }
    output = data / "output.txt"
    with output.open("w") as file:
        process = subprocess.Popen(
            [ROOT / ".venv" / "bin" / "voordeur", "up"],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    started = Started(process, port, output)
    try:
        _wait_until_ready(process, started.address, output)
    except AssertionError:
        stop(started)
        raise
    return started


def stop(started: Started) -> int:
    """Ctrl-C; gives the exit code."""
    started.process.send_signal(signal.SIGINT)
    return started.process.wait(30)


@pytest.fixture(scope="session")
def voordeur(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Voordeur that all tests of this session share."""
    started = start(tmp_path_factory.mktemp("voordeur"))
    yield started.address
    stop(started)


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, output: Path) -> None:
    deadline = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if (
                httpx.get(f"{address}/readyz", timeout=5).status_code == 200
                and "Voordeur is open." in output.read_text()
            ):
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise AssertionError(f"Voordeur did not start:\n{output.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def somebody(browser: Browser, voordeur: str) -> Iterator[Callable[..., Page]]:
    """Opens a browser of somebody's own; a mistake in a page's script fails the test."""
    pages: list[Page] = []
    errors: list[str] = []

    def open_page(path: str, width: int = 1280) -> Page:
        context = browser.new_context(
            base_url=voordeur, viewport={"width": width, "height": 900}, locale="nl-NL", reduced_motion="reduce"
        )
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_default_timeout(20_000)
        page.goto(path)
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.context.close()
    assert errors == []
