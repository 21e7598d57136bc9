"""A day at work, in real browsers: two professionals, a coordinator, and three residents who need something quite different.

Two residents use the chat, one Telegram. The stand-in for the assistant hands over; everything after that is as in service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.api.channels.telegram.emulator import TOKEN
from tests.pages.conftest import Visitors
from tests.pages.house import House, running_house
from tests.pages.on_telegram import OnTelegram, running_telegram
from tests.pages.residents import REFERENCE, press, reference_in, say, sees
from tests.pages.workers import at_work

DANGER = "ik wil niet meer leven"
DEBTS = "Morgen worden wij ons huis uitgezet, de deurwaarder komt."
NOISE = "de buren draaien elke nacht muziek en ik slaap niet meer"
HANDED_OVER = {
    DANGER: {"service": "crisisdienst", "urgency": "crisis"},
    NOISE: {"service": "buurtbemiddeling"},
}


@pytest.fixture(scope="module")
def telegram() -> Iterator[OnTelegram]:
    with running_telegram() as telegram:
        yield telegram


@pytest.fixture(scope="module")
def house(telegram: OnTelegram, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service with a bot."""
    bot = {"telegram_token": TOKEN, "telegram_api": telegram.emulator.address}
    with running_house(tmp_path_factory.mktemp("day"), **bot) as house:
        # The pauses between messages are for Telegram's own patience.
        house.runtime.telegram.outbox._channel.seconds_between = 0.0  # type: ignore[union-attr]
        yield house


def pick_up(page: Page, reference: str) -> None:
    page.goto("/werk")
    page.get_by_role("row").filter(has_text=reference).get_by_role("button", name=re.compile("Oppakken")).click()
    expect(page.get_by_label("Uw antwoord")).to_be_visible()


def answer(page: Page, text: str) -> None:
    page.get_by_label("Uw antwoord").fill(text)
    page.get_by_role("button", name="Verstuur").click()
    expect(page.get_by_role("log")).to_contain_text(text)


def unfold(page: Page, what: str) -> None:
    page.locator("summary", has_text=what).click()


def to_a_reference_on_telegram(fatima: OnTelegram, story: str) -> str:
    fatima.says("/start")
    fatima.hears("geen mens")
    fatima.says(story)
    fatima.presses("Ja, dat klopt")
    fatima.presses("Ja, dat is goed")
    fatima.hears("woont u")
    fatima.says("Gemert")
    fatima.hears("noemen")
    fatima.says("Fatima")
    fatima.hears("bereiken")
    fatima.says("06 12345678")
    fatima.presses("Dit klopt")
    found = REFERENCE.search(fatima.hears(REFERENCE))
    assert found is not None
    return found.group()


def to_a_reference_in_the_chat(chat: Page, story: str) -> str:
    sees(chat, "geen mens")
    say(chat, story)
    for label in ("Ja, dat klopt", "Ja, dat is goed"):
        expect(chat.get_by_role("button", name=label, exact=True).last).to_be_visible()
        press(chat, label)
    for asked, said in (("woont u", "Gemert"), ("noemen", "Karel"), ("bereiken", "06 87654321")):
        sees(chat, asked)
        say(chat, said)
    sees(chat, "Dit geef ik door")
    press(chat, "Dit klopt")
    return reference_in(chat)


def test_crisis_debts_and_noise_in_one_day(visit: Visitors, house: House, telegram: OnTelegram) -> None:
    house.assistant.handed_over = lambda story: next(
        (fields for words, fields in HANDED_OVER.items() if words in story), {}
    )
    sanne, mehmet, riet = at_work(visit), at_work(visit, "demo.best", width=375), at_work(visit, "coordinator")

    # Somebody is in danger. They see help lines at once, and a person when they want one; everybody who may come hears it.
    danger = visit("/chat", width=375)
    sees(danger, "geen mens")
    say(danger, DANGER)
    sees(danger, "113")
    press(danger, "Ja, graag")
    first = reference_in(danger)
    for page in (sanne, riet):
        expect(page.get_by_role("alert").filter(has_text=first)).to_be_visible()
    expect(mehmet.get_by_text(first)).to_have_count(0)
    pick_up(sanne, first)
    expect(riet.get_by_role("alert").filter(has_text=first)).to_have_count(0)
    answer(sanne, "Ik ben er nu. Bent u op een veilige plek?")
    sees(danger, "Ik ben er nu. Bent u op een veilige plek?")
    expect(danger.get_by_role("log")).to_contain_text("Sanne de Wit")
    say(danger, "ja, bij mijn zus")
    expect(sanne.get_by_role("log")).to_contain_text("bij mijn zus")
    unfold(sanne, "De computer weer laten antwoorden")
    sanne.get_by_role("button", name="Laat de computer weer antwoorden").click()
    sees(danger, "Vanaf nu geeft de computer u weer antwoord.")
    answer(sanne, "Ik bel u zo.")
    sees(danger, "Ik bel u zo.")

    # Eviction tomorrow, told on Telegram: the law has a clock, and a colleague who knows more takes over warmly.
    second = to_a_reference_on_telegram(telegram, DEBTS)
    pick_up(sanne, second)
    telegram.hears("Sanne de Wit van Team Gemert-Bakel leest nu met u mee")
    expect(sanne.get_by_text("drie werkdagen").first).to_be_visible()
    expect(sanne.locator(".werk-klok")).to_contain_text("Volgens de wet")
    answer(sanne, "Ik vraag er een collega bij die dit vaker doet.")
    unfold(sanne, "Warm doorgeven")
    receivers = sanne.get_by_label("Aan wie geeft u de vraag door?")
    receivers.select_option(value=receivers.locator("option", has_text="Mehmet Kaya").get_attribute("value"))
    sanne.get_by_label("Waarom geeft u de vraag door?").fill("Ontruiming morgen om tien uur.")
    sanne.get_by_role("button", name="Geef door").click()
    pick_up(mehmet, second)
    expect(mehmet.get_by_text("Ontruiming morgen om tien uur.")).to_be_visible()
    telegram.hears("Sanne de Wit heeft het gesprek verlaten")
    answer(mehmet, "Ik bel nu met de deurwaarder.")
    assert telegram.hears("deurwaarder\\.$") == "Mehmet Kaya:\nIk bel nu met de deurwaarder."
    telegram.says("dank u wel")
    expect(mehmet.get_by_role("log")).to_contain_text("dank u wel")
    sanne.goto("/werk/mijn")
    expect(sanne.get_by_text(second)).to_have_count(0)

    # Noise: a ready answer, then another organisation, then it goes on after all.
    noise = visit("/chat", width=375)
    third = to_a_reference_in_the_chat(noise, NOISE)
    pick_up(sanne, third)
    sanne.get_by_label("Begin met een kant-en-klaar antwoord").select_option(label="Opschrijven wanneer u last heeft")
    expect(sanne.get_by_label("Uw antwoord")).to_have_value(re.compile("schrijf deze week op"))
    sanne.get_by_role("button", name="Verstuur").click()
    sees(noise, "schrijf deze week op")
    unfold(sanne, "Doorverwijzen naar een andere organisatie")
    sanne.get_by_label("Naam van de organisatie").fill("Wijkagent Gemert")
    sanne.get_by_label("Telefoonnummer").fill("0900 8844")
    sanne.get_by_role("button", name="Verwijs door").click()
    expect(sanne.get_by_text("U hebt de inwoner doorverwezen.")).to_be_visible()
    sees(noise, "Sanne de Wit verwijst u door naar Wijkagent Gemert.")
    sees(noise, "0900 8844")
    unfold(sanne, "Verder gaan in dit gesprek")
    sanne.get_by_label("Waarom gaat u verder?").fill("De wijkagent is ziek.")
    sanne.get_by_role("button", name="Open de vraag weer").click()
    expect(sanne.get_by_label("Uw antwoord")).to_be_visible()

    # The resident takes it back: what was told is gone from the open page.
    noise.get_by_role("button", name="Menu", exact=True).click()
    noise.get_by_role("button", name="Vraag intrekken").click()
    noise.get_by_role("button", name="Ja, intrekken").click()
    sees(noise, "Uw vraag is ingetrokken")
    expect(sanne.get_by_text(NOISE)).to_have_count(0)

    # Fatima blocks the bot: Mehmet and the coordinator see that his message did not come, and the coordinator tries once more.
    telegram.blocks()
    answer(mehmet, "Het is uitgesteld tot volgende week.")
    expect(mehmet.get_by_text("Niet aangekomen. Neem contact op per telefoon of e-mail.")).to_be_visible()
    riet.goto("/werk/niet-aangekomen")
    row = riet.get_by_role("row").filter(has_text=second)
    expect(row).to_contain_text("De inwoner heeft Voordeur daar geblokkeerd.")
    row.get_by_role("button", name="Probeer opnieuw").click()
    expect(riet.get_by_text("Het wordt nu opnieuw verstuurd.")).to_be_visible()

    # At the end of the day the coordinator sees who helps how many, and no story.
    riet.goto("/werk/team")
    expect(riet.get_by_role("row").filter(has_text="Mehmet Kaya").first).to_be_visible()
    expect(riet.get_by_text(DEBTS)).to_have_count(0)
