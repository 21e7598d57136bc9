"""From a resident's first words to a professional's answer, in two browsers, with nothing pretended."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.whole.conftest import PASSWORD

REFERENCE = re.compile(r"V-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}")
OpenPage = Callable[..., Page]


def say(page: Page, text: str) -> None:
    page.get_by_label("Uw bericht").fill(text)
    page.get_by_role("button", name="Versturen").click()


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True, disabled=False).last.click()


def sees(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("log")).to_contain_text(text)


def to_a_reference(page: Page, story: str, understood: str) -> str:
    """A resident who answers every question; gives the reference."""
    sees(page, "geen mens")
    say(page, story)
    sees(page, understood)
    press(page, "Ja, dat klopt")
    press(page, "Dat weet ik niet")
    sees(page, "Mag ik uw vraag doorgeven")
    press(page, "Ja, dat is goed")
    sees(page, "woont u")
    say(page, "Gemert")
    sees(page, "noemen")
    say(page, "Fatima")
    sees(page, "bereiken")
    say(page, "06 12345678")
    press(page, "Maakt niet uit")
    sees(page, "Dit geef ik door")
    sees(page, "Fatima")
    press(page, "Dit klopt")
    sees(page, REFERENCE)
    found = REFERENCE.search(page.get_by_role("log").inner_text())
    assert found is not None
    return found.group()


def sign_in(page: Page, who: str) -> None:
    page.get_by_label("E-mailadres").fill(f"{who}@voordeur.example")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile(r"/werk$"))


@pytest.mark.parametrize(
    ("story", "understood", "service"),
    [
        (
            "ik kan mijn huur al 2 maanden niet betalen en ik durf de post niet meer open te maken",
            "schulden",
            "Schuldhulpverlening",
        ),
        ("de buren draaien elke nacht harde muziek en ik slaap niet meer", "buren", "Buurtbemiddeling"),
        ("ik verzuip in de papieren overal stapels post", "papieren", "Thuisadministratie"),
    ],
)
def test_resident_gets_an_answer_from_a_person(somebody: OpenPage, story: str, understood: str, service: str) -> None:
    resident = somebody("/chat", width=390)
    reference = to_a_reference(resident, story, understood)

    sanne = somebody("/werk")
    sign_in(sanne, "demo.gemert")
    row = sanne.get_by_role("row").filter(has_text=reference)
    expect(row).to_contain_text(service)
    expect(sanne.get_by_text("Fatima")).to_have_count(0)  # the story opens on claim, not before
    row.get_by_role("button", name=re.compile("Oppakken")).click()
    expect(sanne.get_by_text(story).first).to_be_visible()
    expect(sanne.get_by_role("link", name=re.compile("12345678"))).to_be_visible()

    sees(resident, "Sanne de Wit van Team Gemert-Bakel leest nu met u mee")
    sanne.get_by_label("Uw antwoord").fill("Dag Fatima, schikt het als ik morgen om 10 uur bel?")
    sanne.get_by_role("button", name="Verstuur").click()
    sees(resident, "schikt het als ik morgen om 10 uur bel")  # without reloading

    say(resident, "ja heel graag, dank u wel")
    expect(sanne.get_by_text("ja heel graag, dank u wel")).to_be_visible()


def test_other_team_sees_nothing_of_it(somebody: OpenPage) -> None:
    reference = to_a_reference(somebody("/chat"), "ik wil beter leren lezen en schrijven", "lezen")
    mehmet = somebody("/werk")
    sign_in(mehmet, "demo.best")
    expect(mehmet.get_by_role("heading", level=1)).to_be_visible()
    expect(mehmet.get_by_text(reference)).to_have_count(0)


def test_resident_on_the_website_uses_the_widget(somebody: OpenPage) -> None:
    page = somebody("/", width=1280)
    page.get_by_role("button", name="Vertel wat er is").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("log")).to_contain_text("geen mens")
    frame.get_by_label("Uw bericht").fill("hallo")
    frame.get_by_role("button", name="Versturen").click()
    expect(frame.get_by_role("log")).to_contain_text(re.compile("Vertel maar|Waar kan ik u mee helpen"))


def test_hostile_text_is_text_everywhere(somebody: OpenPage) -> None:
    hostile = "<img src=x onerror=alert(1)> ik heb schulden bij de deurwaarder"
    resident = somebody("/chat")
    reference = to_a_reference(resident, hostile, "schulden")
    expect(resident.locator("img[src='x']")).to_have_count(0)
    sanne = somebody("/werk")
    sign_in(sanne, "demo.gemert")
    sanne.get_by_role("row").filter(has_text=reference).get_by_role("button", name=re.compile("Oppakken")).click()
    expect(sanne.get_by_text(hostile).first).to_be_visible()
    expect(sanne.locator("img[src='x']")).to_have_count(0)


def test_assistant_without_its_token_is_closed(voordeur: str) -> None:
    port = int(voordeur.rpartition(":")[2]) + 1
    closed = f"http://127.0.0.1:{port}"
    turn = {"sender": "x", "turn": "y", "text": "hallo", "payload": None}
    assert httpx.post(f"{closed}/webhooks/gateway/webhook", json=turn).status_code == 401
    assert httpx.post(f"{closed}/model/parse", json={"text": "hallo"}).status_code == 401
    assert httpx.post(f"{closed}/webhooks/rest/webhook", json={"sender": "x", "message": "hallo"}).status_code == 404
