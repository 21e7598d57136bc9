"""The site around the chat: every page can be read by everybody, at any width, and leads to the chat."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Page, expect

from api.rendering import WEB_FILES
from tests.browser import scrolls_sideways, violations
from tests.pages.conftest import Visitors

PAGES = ["/", "/hulp", "/hulp/schuldhulpverlening", "/over-ons", "/contact", "/privacy", "/toegankelijkheid"]
DEAD = """async () => {
  const links = [...document.querySelectorAll('a[href^="/"]')].map((link) => link.pathname);
  const answers = await Promise.all([...new Set(links)].map(async (path) => [path, (await fetch(path)).status]));
  return answers.filter(([, status]) => status >= 400).map(([path]) => path);
}"""


@pytest.mark.parametrize("path", PAGES)
def test_every_page_in_every_look(visit: Visitors, path: str) -> None:
    page = visit(path, width=320)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert not scrolls_sideways(page)
        for scheme, forced in (("light", "none"), ("dark", "none"), ("light", "active")):
            page.emulate_media(color_scheme=scheme, forced_colors=forced)  # type: ignore[arg-type]
            assert violations(page) == [], f"{width} {scheme} {forced}"
    assert page.evaluate(DEAD) == []


def test_help_leads_to_the_chat(visit: Visitors) -> None:
    page = visit("/hulp")
    page.get_by_role("link", name="Taalhuis").click()
    expect(page.get_by_role("heading", name="Taalhuis", level=1)).to_be_visible()
    page.get_by_role("link", name="Vertel wat er is").first.click()
    expect(page.get_by_role("log")).to_contain_text("geen mens")


def _host(page: Page, attributes: str, style: str = "") -> None:
    """A page of somebody else with our script on it."""
    head = f"<!doctype html><html lang=nl><title>Gemeente</title><style>{style}</style>"
    html = f"{head}<h1>Gemeente</h1><script src=/widget.js {attributes}></script>"
    page.route("**/gemeente", lambda route: route.fulfill(content_type="text/html", body=html))
    page.goto("/gemeente")


COLOR = "(one) => getComputedStyle(one).backgroundColor"


def test_widget_wears_the_colours_of_the_page(visit: Visitors) -> None:
    page = visit("/privacy")
    _host(page, "", ":root { --voordeur-action: #005ea5; --voordeur-bar: #ffd94d }")
    launcher = page.get_by_role("button", name="Vertel wat er is")
    assert launcher.evaluate(COLOR) == "rgb(0, 94, 165)"
    launcher.click()
    chat = page.frame_locator("iframe")
    expect(chat.get_by_role("button", name="Versturen")).to_have_css("background-color", "rgb(0, 94, 165)")
    expect(chat.locator(".head")).to_have_css("background-color", "rgb(255, 217, 77)")
    expect(chat.locator(".head")).to_have_css("color", "rgb(0, 0, 0)")  # white on yellow could not be read


def test_widget_obeys_the_attributes_of_its_tag(visit: Visitors) -> None:
    page = visit("/privacy")
    _host(
        page,
        'data-language=en data-position=left data-action="#7a1f6b" data-organisation="Gemeente" data-start-text="Over geld?"',
    )
    launcher = page.get_by_role("button", name="Tell us what is wrong")
    box = launcher.bounding_box()
    assert box is not None
    assert box["x"] < 100
    launcher.click()
    expect(page.locator("iframe")).to_have_attribute("title", "Chat: Gemeente")
    chat = page.frame_locator("iframe")
    expect(chat.get_by_text("Over geld?")).to_be_visible()
    expect(chat.get_by_role("button", name="Send")).to_have_css("background-color", "rgb(122, 31, 107)")


def test_frame_is_refused_on_a_site_that_is_not_named(visit: Visitors) -> None:
    page = visit("/chat?embed=1")
    headers = page.request.get("/chat?embed=1").headers
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]


def test_weights_stay_small() -> None:
    """One file under 60 kB (gzip), as promised; the loader far below."""
    assert len(gzip.compress((WEB_FILES / "chat.js").read_bytes(), 9)) < 60_000
    assert len(gzip.compress((WEB_FILES / "widget.js").read_bytes(), 9)) < 6_000
