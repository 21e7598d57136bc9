"""What happens elsewhere shows by itself, at once where somebody is in danger, in every page of a browser."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, expect

from tests.pages.conftest import Visitors
from tests.pages.house import House
from tests.pages.workers import Caller, at_work

# Other work slows this machine; pages that only ask now and then would take up to twenty. bench/workspace.py measures.
AT_ONCE_SECONDS = 3.0
ALARM = "nu op een medewerker"


def test_new_question_comes_in_without_reload(visit: Visitors, house: House) -> None:
    page = at_work(visit)
    wait_until_streaming(page)
    page.evaluate("window.same = true")
    reference = Caller(house).hand_over()
    expect(page.get_by_role("row").filter(has_text=reference)).to_be_visible()
    assert page.evaluate("window.same")


def test_crisis_reaches_everyone_on_duty_and_rings_until_somebody_comes(visit: Visitors, house: House) -> None:
    sanne = at_work(visit, "demo.gemert", path="/werk/mijn")
    sanne.evaluate("localStorage.setItem('werk-geluid', 'aan')")
    riet = at_work(visit, "coordinator", path="/werk/team")
    mehmet = at_work(visit, "demo.best")
    caller = Caller(house)
    times = {}
    for page in (sanne, riet):
        expect(page.locator("#balk")).to_be_visible()
        page.evaluate(
            """word => { new MutationObserver((_, watch) => {
                 if (!document.getElementById('alarm').textContent.includes(word)) return;
                 window.seen = Date.now(); watch.disconnect();
               }).observe(document.body, {subtree: true, childList: true, characterData: true}) }""",
            ALARM,
        )
    wait_until_streaming(sanne, riet, mehmet)
    begun = time.time()
    reference = caller.hand_over(urgency="crisis", service="crisisdienst")
    for name, page in (("sanne", sanne), ("riet", riet)):
        expect(page.get_by_role("alert").filter(has_text=reference)).to_be_visible()
        times[name] = page.evaluate("window.seen") / 1000 - begun
    assert max(times.values()) < AT_ONCE_SECONDS, times
    expect(sanne.locator("body[data-geluid=alarm]")).to_be_attached()
    expect(mehmet.get_by_text(reference)).to_have_count(0)

    sanne.get_by_role("alert").get_by_role("link").first.click()
    sanne.get_by_role("button", name="Oppakken").click()
    expect(riet.get_by_text(ALARM)).to_have_count(0)
    expect(sanne.get_by_text(ALARM)).to_have_count(0)


def test_pages_of_one_browser_share_one_stream(visit: Visitors, house: House) -> None:
    first = at_work(visit)
    pages = [first, *(first.context.new_page() for _ in range(3))]
    for page in pages[1:]:
        page.goto("/werk")
    wait_until_streaming(first)
    reference = Caller(house).hand_over()
    for page in pages:
        expect(page.get_by_role("row").filter(has_text=reference)).to_be_visible(timeout=15_000)
    first.close()  # another page takes the stream over
    reference = Caller(house).hand_over()
    for page in pages[1:]:
        expect(page.get_by_role("row").filter(has_text=reference)).to_be_visible(timeout=15_000)


def test_who_signs_out_elsewhere_is_out_in_every_page(visit: Visitors, house: House) -> None:
    page = at_work(visit)
    wait_until_streaming(page)
    other = page.context.new_page()
    other.goto("/werk/team")
    other.get_by_role("button", name="Uitloggen").click()
    Caller(house).hand_over()  # any news makes the stream look
    expect(page).to_have_url(re.compile("/werk/inloggen"))


def wait_until_streaming(*pages: Page) -> None:
    """Returns when these pages get news."""
    for page in pages:
        expect(page.locator("body[data-nieuws]")).to_be_attached()
