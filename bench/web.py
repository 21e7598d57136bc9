"""Weighs the chat beside another widget that npm has, in a browser slowed down four times, and writes the table of docs/website.md.

.venv/bin/python -m bench.web

Chatwoot's widget is no npm package: a Chatwoot server serves it. So it is not in the table.
"""

from __future__ import annotations

import gzip
import statistics
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Response, Route

from api.settings import ROOT
from tests.browser import chromium
from tests.pages.house import running_house

DOCUMENT = ROOT / "docs" / "website.md"
BEGIN, END = "<!-- measured -->\n", "<!-- /measured -->"
OTHER = "rasa-webchat@1.0.1"
TIMES, SLOWER = 7, 4
PAGE = "<!doctype html><html lang=nl><meta charset=utf-8><title>Gemeente</title><h1>Gemeente</h1>"

START = "WebChat.default({{socketUrl: '{address}', title: 'Chat', hideWhenNotConnected: false}}, null)"


@dataclass(frozen=True)
class Widget:
    """How a page carries it, and how a visitor gets to where they can type."""

    name: str
    html: str
    launcher: str
    box: str | None = None
    """Where one types; None where that needs a server we do not have."""


@dataclass
class Weighed:
    """One visit: bytes as they go over the line (gzip, level 9), and milliseconds since the page was asked for."""

    script: int = 0
    style: int = 0
    requests: int = 0
    launcher: float = 0
    typing: float = 0.0


def visit(browser: Browser, address: str, widget: Widget, files: dict[str, bytes]) -> Weighed:
    """Opens the page, waits for the button, presses it, waits until one can type."""
    context = browser.new_context(base_url=address, locale="nl-NL")
    page = context.new_page()
    weighed = Weighed()
    page.route(f"{address}/host.html", lambda route: route.fulfill(content_type="text/html", body=PAGE + widget.html))
    for name, body in files.items():
        page.route(f"**/{name}", _answer(body))
    page.on("response", lambda response: _weigh(response, weighed))
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    started = time.perf_counter()
    page.goto("/host.html")
    page.locator(widget.launcher).wait_for(state="attached")
    weighed.launcher = (time.perf_counter() - started) * 1000
    if widget.box is not None:
        started = time.perf_counter()
        page.locator(widget.launcher).click()
        page.frame_locator("iframe").locator(widget.box).click()
        weighed.typing = (time.perf_counter() - started) * 1000
    page.wait_for_load_state("load")
    context.close()
    return weighed


def _answer(script: bytes) -> Callable[[Route], None]:
    return lambda route: route.fulfill(content_type="text/javascript", body=script)


def _weigh(response: Response, weighed: Weighed) -> None:
    kind = response.request.resource_type
    if kind not in {"script", "stylesheet", "document", "fetch", "xhr", "image", "font"} or response.url.endswith(
        "host.html"
    ):
        return
    weighed.requests += 1
    if kind in {"script", "stylesheet"} and response.ok:
        size = len(gzip.compress(response.body(), 9))
        if kind == "script":
            weighed.script += size
        else:
            weighed.style += size


def other(folder: Path) -> bytes:
    """The one file of the other widget, as npm has it."""
    packed = subprocess.run(  # noqa: S603  npm, with a name and a version of ours
        ["npm", "pack", OTHER, "--silent"],  # noqa: S607
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    with tarfile.open(folder / packed.splitlines()[-1]) as archive:
        member = archive.extractfile("package/lib/index.js")
        assert member is not None
        return member.read()


def row(widget: Widget, visits: list[Weighed]) -> str:
    """The median of all visits."""

    def middle(name: str) -> float:
        return float(statistics.median(getattr(visit, name) for visit in visits))

    typing = f"{middle('typing'):.0f}" if widget.box else "not measured"
    return (
        f"| {widget.name} | {middle('script') / 1000:.1f} | {middle('style') / 1000:.1f} | {middle('requests'):.0f} "
        f"| {middle('launcher'):.0f} | {typing} |"
    )


def measure() -> str:
    """The table."""
    with tempfile.TemporaryDirectory() as folder, running_house(Path(folder)) as house, chromium() as browser:
        theirs = other(Path(folder))
        widgets = [
            (Widget("Voordeur", "<script src=/widget.js defer></script>", ".launcher", "#text"), {}),
            (
                Widget(
                    OTHER.replace("@", " "),
                    "<script src=/webchat.js></script><script src=/start.js></script>",
                    ".rw-launcher",
                ),
                {
                    "webchat.js": theirs,
                    "start.js": START.format(address=house.address).encode(),
                },
            ),
        ]
        rows = [
            row(widget, [visit(browser, house.address, widget, files) for _ in range(TIMES)])
            for widget, files in widgets
        ]
    return "\n".join(
        [
            f"Measured on {time.strftime('%-d %B %Y')}: median of {TIMES} visits in Chromium, processor slowed down {SLOWER} times, no",
            "delay on the line. JS and CSS in kB after gzip; requests after the page itself; milliseconds from asking for the page",
            "until the button is there, and from pressing it until one can type (the frame with the chat and its conversation included).",
            "rasa-webchat shows its place to type only to a Rasa server that speaks socket.io.",
            "",
            "| widget | JS | CSS | requests | button after | typing after |",
            "| --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def main() -> None:
    """Measures and writes."""
    found = measure()
    print(found)
    document = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = document.partition(BEGIN)
    DOCUMENT.write_text(f"{before}{BEGIN}{found}{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
