"""Pictures of the chat in its states, at three widths and in three looks, for docs/website.md.

.venv/bin/python -m tests.pages.screenshots FOLDER: all of them, one file each. Without FOLDER: the three sheets of docs/images.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from api.settings import ROOT
from tests.browser import chromium
from tests.pages.house import House, running_house
from tests.pages.states import STATES

SHOWN = ("start", "choices", "crisis", "summary", "waiting", "professional", "error", "ended")
WIDTHS = {320: 640, 768: 900, 1280: 800}
LOOKS = {"light": ("light", "none"), "dark": ("dark", "none"), "forced": ("light", "active")}
SHEETS = ROOT / "docs" / "images"
LARGEST_BYTES = 120_000
TO_NEWEST = """() => {
  const log = document.querySelector('voordeur-chat').shadowRoot.querySelector('.log');
  log.scrollTop = log.scrollHeight;
}"""
# One sheet a look: the states as a phone shows them, beside each other.
SHEET = """<!doctype html><meta charset="utf-8"><style>
  body {{ margin: 0; display: grid; grid-template-columns: repeat(4, 220px); gap: 10px; padding: 10px; background: #888; width: 910px; }}
  img {{ display: block; width: 220px; }}
</style>{images}"""


def take(house: House, browser: Browser, folder: Path) -> None:
    """Every state at every width in every look, as `state-width-look.png`."""
    for state in SHOWN:
        context = browser.new_context(base_url=house.address, locale="nl-NL", reduced_motion="reduce")
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto("/chat")
        STATES[state](page, house)
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            if state != "start":
                page.evaluate(TO_NEWEST)
            for look in LOOKS:
                _dress(page, look)
                page.screenshot(path=folder / f"{state}-{width}-{look}.png")
        context.close()


def sheets(browser: Browser, folder: Path) -> None:
    """One picture a look, small enough for a repository. Raises `AssertionError` when it is not."""
    for look in LOOKS:
        images = "".join(f'<img src="{state}-320-{look}.png">' for state in SHOWN)
        (folder / "sheet.html").write_text(SHEET.format(images=images), encoding="utf-8")
        page = browser.new_page(viewport={"width": 930, "height": 910})
        page.goto((folder / "sheet.html").as_uri())
        path = SHEETS / f"chat-{look}.jpg"
        page.screenshot(path=path, type="jpeg", quality=33, full_page=True)
        assert path.stat().st_size < LARGEST_BYTES, f"{path.name} is {path.stat().st_size} bytes"
        page.close()


def _dress(page: Page, look: str) -> None:
    scheme, forced = LOOKS[look]
    page.emulate_media(color_scheme=scheme, forced_colors=forced, reduced_motion="reduce")  # type: ignore[arg-type]


def main() -> None:
    """Takes the pictures."""
    with (
        tempfile.TemporaryDirectory() as temporary,
        running_house(Path(temporary) / "data") as house,
        chromium() as browser,
    ):
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        take(house, browser, folder)
        if len(sys.argv) == 1:
            sheets(browser, folder)


if __name__ == "__main__":
    main()
