"""The whole way with JavaScript off: from a story to a reference, to a person's answer, and out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import scrolls_sideways, violations
from tests.pages.conftest import Visitors
from tests.pages.house import House
from tests.pages.residents import REFERENCE, press

STORY = "ik heb schulden en de deurwaarder komt langs"


def say(page: Page, text: str) -> None:
    page.get_by_label("Uw bericht").fill(text)
    page.get_by_role("button", name="Versturen").click()


def sees(page: Page, text: str | re.Pattern[str]) -> None:
    """The answer came with the page; what came later comes with a look."""
    look = page.get_by_role("link", name="Kijk of er een antwoord is")
    for _ in range(5):
        if re.search(text, page.get_by_label("Gesprek", exact=True).inner_text()):
            return
        look.click()
    expect(page.get_by_label("Gesprek", exact=True)).to_contain_text(text)


def to_a_reference(page: Page) -> str:
    say(page, STORY)
    sees(page, "schulden of rekeningen")
    press(page, "Ja, dat klopt")
    sees(page, "Mag ik uw vraag doorgeven")
    press(page, "Ja, dat is goed")
    sees(page, "woont u")
    say(page, "Gemert")
    sees(page, "noemen")
    say(page, "Fatima")
    sees(page, "bereiken")
    say(page, "06 12345678")
    sees(page, "Dit geef ik door")
    press(page, "Dit klopt")
    sees(page, REFERENCE)
    return page.get_by_text(REFERENCE).first.inner_text()


@pytest.mark.parametrize("width", [320, 1280])
def test_whole_way_with_scripts_off(visit: Visitors, house: House, width: int) -> None:
    page = visit("/chat", width=width, java_script_enabled=False)
    expect(page.get_by_role("heading", name="Vertel wat er is")).to_be_visible()
    reference = to_a_reference(page)
    sanne = house.professional()
    intake = sanne.claim(reference)
    sanne.act(intake, "reply", text="Dag Fatima, ik bel u morgen.")
    sees(page, "ik bel u morgen")
    expect(page.get_by_text("U praat met Sanne de Wit van Team Gemert-Bakel")).to_be_visible()
    page.get_by_role("link", name="Sluit snel af").click()
    expect(page).to_have_url(re.compile("buienradar"))
    page.go_back()
    expect(page.get_by_text("Fatima")).to_have_count(0)


def test_danger_shows_numbers_to_call(visit: Visitors) -> None:
    page = visit("/chat/formulier", java_script_enabled=False)
    say(page, "ik wil niet meer leven")
    sees(page, "113")
    expect(page.get_by_role("link", name="113", exact=True)).to_be_visible()


def test_chat_that_does_not_load_leads_to_the_form(visit: Visitors) -> None:
    page = visit("/chat", without="**/chat.js*")
    expect(page.get_by_role("link", name="eenvoudige chat")).to_have_attribute("href", "/chat/formulier")


@pytest.mark.parametrize("path", ["/chat", "/chat/formulier"])
def test_nothing_scrolls_two_ways(visit: Visitors, path: str) -> None:
    page = visit(path, width=320, java_script_enabled=False)
    assert not scrolls_sideways(page)
    say(page, STORY)
    sees(page, "Klopt dat")
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing(visit: Visitors, color_scheme: str) -> None:
    page = visit("/chat/formulier", width=320, color_scheme=color_scheme)
    assert violations(page) == []
    say(page, "")
    assert violations(page) == []
    to_a_reference(page)
    assert violations(page) == []
    say(page, "ik wil niet meer leven")
    sees(page, "113")
    assert violations(page) == []
    page.get_by_role("link", name="Wissen").click()
    assert violations(page) == []
