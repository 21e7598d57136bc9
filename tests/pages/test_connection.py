"""A weak connection: nothing is said twice, nothing is lost, and the page says what is going on."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from api.conversations.assistant import Reply
from tests.pages.conftest import Visitors
from tests.pages.house import House
from tests.pages.residents import ask_for_a_person, say, sees


def own(page: Page) -> list[str]:
    """What the resident said, in order."""
    return page.locator(".message--resident .message__text").all_inner_texts()


def test_offline_for_a_minute_in_the_middle_of_typing(visit: Visitors) -> None:
    page = visit("/privacy")
    page.clock.install()
    page.goto("/chat")
    sees(page, "geen mens")
    box = page.get_by_label("Uw bericht")
    box.fill("ik heb sch")
    page.context.set_offline(True)
    box.press_sequentially("ulden")
    page.get_by_role("button", name="Versturen").click()
    expect(page.get_by_text(re.compile("niet verstuurd"))).to_be_visible()
    expect(page.get_by_text("Geen verbinding.")).to_be_visible()
    expect(page.get_by_role("status").get_by_role("link", name="0492 00 00 00")).to_be_visible()
    box.fill("en ook de huur")
    for _ in range(6):
        page.clock.run_for(10_000)
    expect(box).to_have_value("en ook de huur")
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.clock.resume()
    sees(page, "Klopt dat")
    expect(page.get_by_text("Geen verbinding.")).to_have_count(0)
    page.get_by_role("button", name="Versturen").click()
    sees(page, "Mag ik uw vraag doorgeven")
    assert own(page) == ["ik heb schulden", "en ook de huur"]


def test_answer_that_gets_lost_is_asked_for_again_and_the_message_is_there_once(visit: Visitors, house: House) -> None:
    page = visit("/chat")
    sees(page, "geen mens")
    lost = 0

    def lose_twice(route: Route) -> None:
        nonlocal lost
        if route.request.method == "POST" and lost < 2:
            lost += 1
            route.fetch()  # it arrives, and its acknowledgement does not
            route.abort()
        else:
            route.continue_()

    page.route("**/messages", lose_twice)
    say(page, "ik heb schulden")
    sees(page, "Klopt dat")
    expect(page.get_by_text("verstuurd", exact=True)).to_be_visible()
    page.reload()
    sees(page, "Klopt dat")
    assert own(page) == ["ik heb schulden"]
    assert lost == 2


def test_what_was_said_while_away_comes_in_order(visit: Visitors, house: House) -> None:
    page = visit("/chat")
    sanne = house.professional()
    intake = sanne.claim(ask_for_a_person(page))
    expect(page.get_by_text("U praat met Sanne")).to_be_visible()
    page.context.set_offline(True)
    for number in ("een", "twee", "drie"):
        sanne.act(intake, "reply", text=f"bericht {number}")
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    sees(page, "bericht drie")
    said = page.locator(".message--professional .message__text").all_inner_texts()
    assert said == ["bericht een", "bericht twee", "bericht drie"]


def test_draft_survives_a_reload(visit: Visitors) -> None:
    page = visit("/chat")
    sees(page, "geen mens")
    page.get_by_label("Uw bericht").fill("nog niet klaar met")
    page.reload()
    sees(page, "geen mens")
    expect(page.get_by_label("Uw bericht")).to_have_value("nog niet klaar met")


def test_slow_assistant_says_that_an_answer_comes_and_never_types(visit: Visitors, house: House) -> None:
    page = visit("/chat")
    sees(page, "geen mens")
    house.call(house.assistant.patience.clear)
    say(page, "ik heb schulden")
    expect(page.get_by_text("Er komt een antwoord…")).to_be_visible()
    expect(page.get_by_text("typt")).to_have_count(0)
    house.call(house.assistant.patience.set)
    sees(page, "Klopt dat")
    expect(page.get_by_text("Er komt een antwoord…")).to_have_count(0)


def test_too_long_message_is_refused_with_its_text_kept(visit: Visitors, house: House) -> None:
    house.assistant.script = lambda text: [Reply("Dank u.")]
    page = visit("/chat")
    sees(page, "geen mens")
    say(page, "x" * 4001)
    expect(page.get_by_text("Uw bericht is te lang. Maak het 1 teken korter")).to_be_visible()
    expect(page.get_by_label("Uw bericht")).to_have_value("x" * 4001)
    say(page, "x" * 4000)
    sees(page, "Dank u.")
