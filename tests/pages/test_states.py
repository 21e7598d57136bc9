"""The page for designers shows every state, and is not there where residents are."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import scrolls_sideways, violations
from tests.pages.conftest import Visitors
from tests.pages.house import House


def test_every_state_is_shown_and_nothing_is_asked_of_the_server(visit: Visitors, house: House) -> None:
    page = visit("/privacy")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/chat/states")
    chats = page.locator("voordeur-chat-state")
    expect(chats).to_have_count(26)
    for words in ("Hulp nu", "Sanne de Wit typt…", "Bent u er nog?", "Uw gesprek is gewist.", "Geen verbinding."):
        expect(page.get_by_text(words).first).to_be_visible()
    assert [url for url in asked if "/api/" in url] == []
    assert page.evaluate("sessionStorage.length") == 0
    assert [found for found in violations(page) if "duplicate" not in found] == []


def test_on_a_phone_it_does_not_scroll_two_ways(visit: Visitors) -> None:
    page = visit("/chat/states", width=320)
    expect(page.locator("voordeur-chat-state")).to_have_count(26)
    assert not scrolls_sideways(page)
