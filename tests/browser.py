"""A real browser for the tests that need one, and what axe-core finds in its pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

AXE = Path(__file__).resolve().parents[1] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
TRIES, BETWEEN_MS = 100, 50


@contextmanager
def chromium() -> Iterator[Browser]:
    """The one of `VOORDEUR_CHROMIUM`, else Debian's chromium, else Playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("VOORDEUR_CHROMIUM") or shutil.which("chromium"), args=CHROMIUM_ARGUMENTS
        )
        yield browser
        browser.close()


def violations(page: Page) -> list[str]:
    """What axe finds, as one line a rule and place. Waits for a page that is on its way: without styles all is too small."""
    page.wait_for_load_state("load")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
    return [f"{rule['id']}: {node['target']}" for rule in found["violations"] for node in rule["nodes"]]


def scrolls_sideways(page: Page) -> bool:
    """Whether a reader at 400 % zoom (320 px) would have to scroll two ways (WCAG 1.4.10)."""
    page.wait_for_load_state("load")
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def comes_true(page: Page, expression: str) -> None:
    """Waits until an expression holds in the page. Playwright's own way asks again by `eval`, which our pages rightly forbid."""
    for _ in range(TRIES):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(BETWEEN_MS)
    raise AssertionError(f"never came true: {expression}")
