"""WCAG 2.2 AA as far as a machine can see it (axe-core), on every page and in the states a resident meets."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import scrolls_sideways, violations
from tests.whole.test_the_whole_way import press, say, sees, sign_in, to_a_reference

OpenPage = Callable[..., Page]


def test_axe_would_see_a_fault(somebody: OpenPage) -> None:
    page = somebody("/")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any("button-name" in found for found in violations(page))


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/", "/chat", "/privacy", "/werk/inloggen"])
def test_pages_anybody_can_open(somebody: OpenPage, path: str, width: int) -> None:
    page = somebody(path, width=width)
    assert violations(page) == []
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("width", [320, 1280])
def test_chat_in_every_state_of_the_way(somebody: OpenPage, width: int) -> None:
    page = somebody("/chat", width=width)
    sees(page, "geen mens")
    say(page, "ik voel me alleen sinds mijn vrouw er niet meer is en ik zie niemand")
    expect(page.get_by_role("button", name="Nee, iets anders").last).to_be_visible()
    assert violations(page) == []
    say(page, "stop")
    sees(page, "niets doorgegeven")
    to_a_reference(page, "ik heb schulden en de deurwaarder komt langs", "schulden")
    assert violations(page) == []
    say(page, "ik wil niet meer leven")
    sees(page, "113")
    assert violations(page) == []
    assert not scrolls_sideways(page)
    press(page, "Ja, graag")
    sees(page, "spoed")
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_workspace(somebody: OpenPage, width: int) -> None:
    reference = to_a_reference(somebody("/chat"), "ik heb schulden en de deurwaarder komt langs", "schulden")
    page = somebody("/werk", width=width)
    sign_in(page, "demo.gemert")
    row = page.get_by_role("row").filter(has_text=reference)
    expect(row).to_be_visible()
    assert violations(page) == []
    assert not scrolls_sideways(page)
    row.get_by_role("button").click()
    expect(page.get_by_label("Uw antwoord")).to_be_visible()
    assert violations(page) == []
    assert not scrolls_sideways(page)
