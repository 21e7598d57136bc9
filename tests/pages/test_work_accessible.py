"""WCAG 2.2 AA as far as axe sees it, on every page of the workspace, on the smallest screen and at a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from api.case_systems.models import Delivery
from api.case_systems.models import DeliveryStatus as CaseStatus
from api.conversations.models import DeliveryStatus, Message, MessageDelivery
from api.intakes.models import Intake
from tests.browser import scrolls_sideways, violations
from tests.pages.conftest import Visitors
from tests.pages.house import House
from tests.pages.workers import Caller, at_work


def sound(page: Page) -> None:
    assert violations(page) == [], page.url
    assert not scrolls_sideways(page), page.url


async def lost_in(house: House, reference: str) -> None:
    """A question of which a message and the delivery to another system did not arrive."""
    async with house.runtime.database.write() as session:
        intake = (await session.scalars(select(Intake).where(Intake.reference == reference))).one()
        messages = await session.scalars(select(Message).where(Message.conversation_id == intake.conversation_id))
        message = messages.first()
        assert message is not None
        way = {"conversation_id": message.conversation_id, "message_id": message.id, "seq": message.seq}
        session.add_all(
            [
                MessageDelivery(
                    **way, channel="telegram", status=DeliveryStatus.UNDELIVERABLE, reason="blocked", attempts=1
                ),
                Delivery(
                    intake_id=intake.id,
                    reference=reference,
                    system="zaken",
                    name="Open Zaak",
                    status=CaseStatus.FAILED,
                    next_at=None,
                    problem="HTTP 400: zaaktype",
                ),
            ]
        )


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_of_a_professional(visit: Visitors, house: House, width: int) -> None:
    resident = Caller(house)
    resident.say("mijn man slaat mij en de huur is niet betaald")
    reference = resident.hand_over(
        urgency="urgent", also=["maatschappelijk-werk"], summary="Mijn man slaat mij en de huur is niet betaald."
    )
    other = Caller(house).hand_over(urgency="crisis")
    page = at_work(visit, width=width)
    expect(page.get_by_role("alert").filter(has_text=other)).to_be_visible()
    sound(page)
    page.get_by_role("row").filter(has_text=reference).get_by_role("link").first.click()
    expect(page.get_by_role("button", name="Oppakken")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Oppakken").click()
    expect(page.get_by_label("Uw antwoord")).to_be_visible()
    for part in (
        "Afsluiten",
        "Warm doorgeven",
        "Doorverwijzen naar een andere organisatie",
        "De computer weer laten antwoorden",
        "Teruggeven aan het team",
        "Andere dienst kiezen",
        "Meegeven",
        "Alles wissen",
    ):
        page.locator("summary", has_text=part).first.click()
        sound(page)
    for path in ("/werk/mijn", "/werk/team", "/werk/account"):
        page.goto(path)
        sound(page)
    page.goto("/werk/mijn")
    page.get_by_role("row").filter(has_text=reference).get_by_role("link").first.click()
    page.get_by_role("link", name="Afdrukken").click()
    expect(page.get_by_role("button", name="Druk af")).to_be_visible()
    sound(page)


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_of_others(visit: Visitors, house: House, width: int) -> None:
    reference = Caller(house).hand_over()
    riet = at_work(visit, "coordinator", width=width)
    sound(riet)
    house.run(lost_in(house, reference))
    for path in ("/werk/team", "/inzicht", "/werk/niet-aangekomen"):
        riet.goto(path)
        sound(riet)
    expect(riet.get_by_role("row").filter(has_text="Open Zaak").first).to_be_visible()
    riet.goto("/werk")
    riet.get_by_role("row").filter(has_text=reference).get_by_role("link").first.click()
    riet.locator("summary", has_text="Lees mee in een noodgeval").click()
    sound(riet)
    riet.get_by_label("Waarom moet u dit nu lezen?").fill("inwoner in nood, collega is ziek")
    riet.get_by_role("button", name="Lees mee").click()
    expect(riet.get_by_role("heading", name="Gesprek")).to_be_visible()
    sound(riet)
    riet.get_by_label("Met wie deelt u deze vraag?").select_option(label="Wim Verhoeven, Team Gemert-Bakel")
    riet.get_by_role("button", name="Deel", exact=True).click()
    expect(riet.get_by_text("De vrijwilliger leest nu mee.")).to_be_visible()
    sound(riet)
    wim = at_work(visit, "vrijwilliger", path="/werk/gedeeld", width=width)
    sound(wim)
    wim.get_by_role("row").filter(has_text=reference).get_by_role("link").first.click()
    expect(wim.get_by_role("heading", name="Gesprek")).to_be_visible()
    sound(wim)
    admin = at_work(visit, "admin", path="/werk/medewerkers", width=width)
    admin.locator("summary").first.click()
    sound(admin)
    for path in ("/werk/inrichting", "/werk/systeem", "/werk/niet-aangekomen"):
        admin.goto(path)
        for summary in admin.locator("main summary").all():
            summary.click()
        sound(admin)
    privacy = at_work(visit, "privacy", width=width)
    sound(privacy)
    for path in ("/werk/controle", "/werk/controle/noodgevallen", "/werk/controle/keten"):
        privacy.goto(path)
        sound(privacy)
    privacy.get_by_role("link", name="uw account").click()
    privacy.get_by_role("button", name="Stel de tweede stap in").click()
    expect(privacy.get_by_label("Code die de app nu toont")).to_be_visible()
    sound(privacy)
