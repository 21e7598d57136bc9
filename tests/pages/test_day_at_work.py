"""A day at work: two professionals and a coordinator in their browsers, three residents who need something quite different."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.pages.conftest import Visitors
from tests.pages.house import House
from tests.pages.workers import Caller, at_work


def pick_up(page: Page, reference: str) -> None:
    page.goto("/werk")
    page.get_by_role("row").filter(has_text=reference).get_by_role("button", name=re.compile("Oppakken")).click()
    expect(page.get_by_label("Uw antwoord")).to_be_visible()


def answer(page: Page, text: str) -> None:
    page.get_by_label("Uw antwoord").fill(text)
    page.get_by_role("button", name="Verstuur").click()
    expect(page.get_by_role("log")).to_contain_text(text)


def said_to(resident: Caller) -> str:
    return " ".join(message["text"] for message in resident.read()["messages"])


def test_crisis_debts_and_noise_in_one_day(visit: Visitors, house: House) -> None:
    sanne, mehmet, riet = at_work(visit), at_work(visit, "demo.best"), at_work(visit, "coordinator")
    danger, debts, noise = Caller(house), Caller(house), Caller(house)

    # Somebody is in danger: everybody who may come hears it, Sanne comes, the alarm is over.
    first = danger.hand_over(urgency="crisis", service="crisisdienst", summary="Ik ben bang voor vannacht.")
    for page in (sanne, riet):
        expect(page.get_by_role("alert").filter(has_text=first)).to_be_visible()
    expect(mehmet.get_by_text(first)).to_have_count(0)
    pick_up(sanne, first)
    expect(riet.get_by_role("alert").filter(has_text=first)).to_have_count(0)
    answer(sanne, "Ik ben er nu. Bent u op een veilige plek?")
    danger.say("ja, bij mijn zus")
    expect(sanne.get_by_role("log")).to_contain_text("bij mijn zus")

    # Eviction tomorrow: it presses, the law has a clock, and a colleague who knows more takes over warmly.
    story = "Morgen worden wij ons huis uitgezet, de deurwaarder komt."
    second = debts.hand_over(summary=story)
    pick_up(sanne, second)
    expect(sanne.get_by_text("drie werkdagen").first).to_be_visible()
    expect(sanne.locator(".werk-klok")).to_contain_text("Volgens de wet")
    answer(sanne, "Ik vraag er een collega bij die dit vaker doet.")
    sanne.locator("summary", has_text="Warm doorgeven").click()
    receivers = sanne.get_by_label("Aan wie geeft u de vraag door?")
    receivers.select_option(value=receivers.locator("option", has_text="Mehmet Kaya").get_attribute("value"))
    sanne.get_by_label("Waarom geeft u de vraag door?").fill("Ontruiming morgen om tien uur.")
    sanne.get_by_role("button", name="Geef door").click()
    pick_up(mehmet, second)
    expect(mehmet.get_by_text("Ontruiming morgen om tien uur.")).to_be_visible()
    assert "Sanne de Wit heeft het gesprek verlaten" in said_to(debts)
    answer(mehmet, "Ik bel nu met de deurwaarder.")
    sanne.goto("/werk/mijn")
    expect(sanne.get_by_text(second)).to_have_count(0)

    # Noise: a ready answer, referred elsewhere with a last sentence; the conversation goes on later.
    third = noise.hand_over(service="buurtbemiddeling", summary="De buren draaien elke nacht muziek.")
    pick_up(sanne, third)
    sanne.get_by_label("Begin met een kant-en-klaar antwoord").select_option(label="Opschrijven wanneer u last heeft")
    expect(sanne.get_by_label("Uw antwoord")).to_have_value(re.compile("Dag Truus Bakker, schrijf deze week op"))
    sanne.get_by_role("button", name="Verstuur").click()
    expect(sanne.get_by_role("log")).to_contain_text("schrijf deze week op")
    sanne.locator("summary", has_text="Afsluiten").click()
    sanne.get_by_label("Doorverwezen").check()
    sanne.get_by_label(re.compile("Laatste bericht aan de inwoner")).fill("De wijkagent belt u morgen.")
    sanne.get_by_role("button", name="Sluit af").click()
    expect(sanne.get_by_text("De vraag is afgesloten.")).to_be_visible()
    assert "De wijkagent belt u morgen." in said_to(noise)
    sanne.locator("summary", has_text="Verder gaan in dit gesprek").click()
    sanne.get_by_label("Waarom gaat u verder?").fill("De wijkagent is ziek.")
    sanne.get_by_role("button", name="Open de vraag weer").click()
    expect(sanne.get_by_label("Uw antwoord")).to_be_visible()

    # The resident takes it back: what was told is gone from the open page.
    assert noise.withdraw().status_code == 204
    expect(sanne.get_by_text("De buren draaien elke nacht muziek.")).to_have_count(0)

    # At the end of the day the coordinator sees who helps how many, and no story.
    riet.goto("/werk/team")
    expect(riet.get_by_role("row").filter(has_text="Mehmet Kaya").first).to_be_visible()
    expect(riet.get_by_text(story)).to_have_count(0)
