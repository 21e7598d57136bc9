"""Nothing of a conversation stays behind: not after leaving, not after ending, not on a computer that others use too."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import violations
from tests.pages.conftest import Visitors
from tests.pages.house import House
from tests.pages.residents import ask_for_a_person, say, sees

SECRET = "mijn man mag dit niet weten"
ELSEWHERE = re.compile("buienradar")


@pytest.fixture
def told(visit: Visitors) -> Page:
    """A chat in which something was told."""
    page = visit("/chat")
    sees(page, "geen mens")
    say(page, SECRET)
    sees(page, "Klopt dat")
    page.get_by_label("Uw bericht").fill("en dit typ ik nog")
    return page


def stored(page: Page) -> str:
    """Everything the browser keeps for this tab and this site."""
    return str(
        page.evaluate(
            """async () => JSON.stringify([
              Object.entries(sessionStorage), Object.entries(localStorage), document.cookie,
              (await indexedDB.databases()).length, (await caches.keys()).length,
            ])"""
        )
    )


def test_only_this_tab_remembers_and_only_what_it_needs(told: Page) -> None:
    remembered = stored(told)
    assert SECRET not in remembered  # stored messages are on the server
    assert "en dit typ ik nog" in remembered  # a draft is not lost by a reload
    assert told.evaluate("localStorage.length") == 0
    assert told.context.cookies() == []


def test_other_tab_of_the_same_browser_sees_nothing(told: Page) -> None:
    other = told.context.new_page()
    other.goto("/chat")
    sees(other, "geen mens")
    expect(other.get_by_text(SECRET)).to_have_count(0)


@pytest.mark.parametrize(
    "leave",
    [
        lambda page: page.get_by_role("button", name="Sluit snel af").click(),
        lambda page: [page.keyboard.press("Shift") for _ in range(3)],
    ],
    ids=["button", "three times shift"],
)
def test_quick_exit_leaves_nothing_behind(told: Page, leave: Callable[[Page], object]) -> None:
    leave(told)
    expect(told).to_have_url(ELSEWHERE)
    told.go_back()  # to what was open before the chat: the chat itself was replaced
    assert "/chat" not in told.url
    told.goto("/chat")
    sees(told, "geen mens")
    expect(told.get_by_text(SECRET)).to_have_count(0)
    expect(told.get_by_label("Uw bericht")).to_have_value("")


def test_page_is_blank_before_the_other_site_has_loaded(told: Page) -> None:
    told.context.route(ELSEWHERE, lambda route: route.fulfill(status=204))  # a site that never comes
    told.get_by_role("button", name="Sluit snel af").click()
    told.wait_for_function("document.body.innerText.trim() === '' && document.title.trim().length <= 1")
    assert told.evaluate("sessionStorage.length") == 0


def test_host_page_leaves_too(visit: Visitors) -> None:
    page = visit("/")
    page.get_by_role("button", name="Vertel wat er is").click()
    frame = page.frame_locator("iframe")
    say(frame, SECRET)
    sees(frame, "Klopt dat")
    frame.get_by_role("button", name="Sluit snel af").click()
    expect(page).to_have_url(ELSEWHERE)


def test_nothing_is_asked_or_said_after_leaving(told: Page, house: House) -> None:
    requests: list[str] = []
    told.get_by_role("button", name="Sluit snel af").click()
    expect(told).to_have_url(ELSEWHERE)
    told.on("request", lambda request: requests.append(request.url))
    told.wait_for_timeout(1500)
    assert [url for url in requests if house.address in url] == []


def test_coming_back_from_the_store_of_the_browser_shows_what_is_true_now(told: Page) -> None:
    told.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    sees(told, SECRET)  # still this tab, still in time
    headers = told.request.get("/chat").headers
    assert headers["cache-control"] == "no-store"


class TestWalkingAway:
    """The clock of the page is moved, not waited for."""

    @pytest.fixture
    def page(self, visit: Visitors) -> Page:
        page = visit("/privacy")
        page.clock.install()
        page.goto("/chat")
        sees(page, "geen mens")
        say(page, SECRET)
        sees(page, "Klopt dat")
        return page

    def test_warning_comes_first_and_one_press_gives_the_time_again(self, page: Page) -> None:
        page.clock.fast_forward("18:30")
        warning = page.get_by_role("alertdialog", name="Bent u er nog?")
        expect(warning).to_contain_text("Over 2 minuten")
        expect(page.get_by_role("button", name="Ik ben er nog")).to_be_focused()
        assert violations(page) == []
        page.keyboard.press("Enter")
        expect(warning).to_have_count(0)
        page.clock.fast_forward("10:00")
        expect(warning).to_have_count(0)
        sees(page, SECRET)

    def test_screen_is_cleared_and_the_conversation_is_not_erased(self, page: Page, house: House) -> None:
        token = page.evaluate("JSON.parse(sessionStorage.voordeur).key")
        page.clock.fast_forward("20:30")
        expect(page.get_by_text("U was een tijd weg.")).to_be_visible()
        expect(page.get_by_text(SECRET)).to_have_count(0)
        assert page.evaluate("sessionStorage.length") == 0
        kept = page.request.get(
            f"{house.address}/api/v1/conversations/{token['id']}/transcript",
            headers={"Authorization": f"Bearer {token['token']}"},
        )
        assert SECRET in kept.text()
        page.get_by_role("button", name="Nieuw gesprek beginnen").click()
        sees(page, "geen mens")

    def test_who_is_busy_is_not_warned(self, page: Page) -> None:
        for _ in range(4):
            page.clock.fast_forward("08:00")
            page.mouse.move(200, 200)
            page.mouse.move(210, 210)
        sees(page, SECRET)
        expect(page.get_by_role("alertdialog")).to_have_count(0)

    def test_who_waits_for_a_person_has_longer(self, visit: Visitors) -> None:
        page = visit("/privacy")
        page.clock.install()
        page.goto("/chat")
        ask_for_a_person(page)
        page.clock.fast_forward("30:00")
        expect(page.get_by_role("alertdialog")).to_have_count(0)
        page.clock.fast_forward("29:00")
        expect(page.get_by_role("alertdialog")).to_be_visible()


def test_widget_gives_the_host_page_not_a_word(visit: Visitors) -> None:
    page = visit("/")
    page.evaluate(
        "window.heard = []; window.addEventListener('message', (e) => window.heard.push(JSON.stringify(e.data)))"
    )
    page.get_by_role("button", name="Vertel wat er is").click()
    frame = page.frame_locator("iframe")
    say(frame, SECRET)
    sees(frame, "Klopt dat")
    assert SECRET not in "".join(page.evaluate("window.heard"))
