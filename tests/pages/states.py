"""Every state of the chat a resident can meet, and the way there. Tests look at each with axe; `screenshots.py` makes pictures of them."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.pages.house import House
from tests.pages.residents import ask_for_a_person, reference_in, say, sees, to_a_reference, to_a_summary

State = Callable[[Page, House], object]


def start(page: Page, _: House) -> None:
    """The first thing a resident sees."""
    sees(page, "geen mens")


def choices(page: Page, _: House) -> None:
    """A question with buttons."""
    sees(page, "geen mens")
    say(page, "ik kan mijn huur al twee maanden niet betalen")
    sees(page, "Klopt dat?")


def crisis(page: Page, _: House) -> None:
    """Danger: numbers to call."""
    sees(page, "geen mens")
    say(page, "ik wil niet meer leven")
    sees(page, "Zal ik een medewerker vragen")


def summary(page: Page, _: House) -> None:
    """What will be handed over."""
    to_a_summary(page)


def handed_over(page: Page, _: House) -> None:
    """The reference."""
    to_a_reference(page)


def waiting(page: Page, _: House) -> None:
    """A person was asked for."""
    ask_for_a_person(page)
    expect(page.get_by_text("U wacht op een medewerker.")).to_be_visible()


def professional(page: Page, house: House) -> None:
    """A person answers."""
    sanne = house.professional()
    intake = sanne.claim(ask_for_a_person(page))
    sanne.act(intake, "reply", text="Dag! Ik ben Sanne. Ik lees met u mee. Wat is er aan de hand?")
    sees(page, "Ik lees met u mee.")
    say(page, "Fijn dat u er bent.")
    expect(page.get_by_text("verstuurd", exact=True).last).to_be_visible()


def error(page: Page, _: House) -> None:
    """No connection."""
    sees(page, "geen mens")
    page.context.set_offline(True)
    say(page, "ik heb schulden")
    expect(page.get_by_text("Geen verbinding.")).to_be_visible()


def too_long(page: Page, _: House) -> None:
    """A message that cannot be sent like this, with a number that looks like a BSN in it."""
    sees(page, "geen mens")
    page.get_by_label("Uw bericht").fill("111222333 " + "lang " * 800)
    expect(page.get_by_text("Uw bericht is te lang.")).to_be_visible()


def menu(page: Page, _: House) -> None:
    """What can be done with the conversation."""
    sees(page, "geen mens")
    page.get_by_role("button", name="Menu", exact=True).click()


def sure(page: Page, house: House) -> None:
    """Asked before something that cannot be undone."""
    menu(page, house)
    page.get_by_role("button", name="Wissen").click()


def judging(page: Page, house: House) -> None:
    """A few words with a score."""
    menu(page, house)
    page.get_by_role("button", name="Niet goed").click()


def reading_aloud(page: Page, house: House) -> None:
    """Each message has a button to hear it."""
    menu(page, house)
    page.get_by_role("button", name="Voorlezen").click()


def ended(page: Page, house: House) -> None:
    """Erased by the resident."""
    sure(page, house)
    page.get_by_role("button", name="Ja, wissen").click()
    expect(page.get_by_text("Uw gesprek is gewist.")).to_be_visible()


def helped(page: Page, house: House) -> None:
    """The intake is closed; the resident can go on."""
    sanne = house.professional()
    intake = sanne.claim(ask_for_a_person(page))
    sanne.act(intake, "close", outcome="helped")
    sees(page, "heeft uw vraag afgesloten")
    assert reference_in(page)


STATES: dict[str, State] = {
    function.__name__: function
    for function in (
        start,
        choices,
        crisis,
        summary,
        handed_over,
        waiting,
        professional,
        error,
        too_long,
        menu,
        sure,
        judging,
        reading_aloud,
        ended,
        helped,
    )
}
