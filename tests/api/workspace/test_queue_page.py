"""The queue shows a team what it may pick up, and nothing of the story."""

import datetime as dt
import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from api import clock
from api.dependencies import Runtime
from api.intakes.models import Intake
from api.intakes.paging import PAGE
from api.people.models import Role, SignIn
from tests.api.people_at_work import Resident, hand_over
from tests.api.workspace.conftest import AtDesk, text_of

Desks = Callable[..., Awaitable[AtDesk]]
SECRETS = ("Truus", "0612345678", "truus@inwoner.example", "huur is twee maanden", "Kerkstraat")
CONTACT = {"name": "Truus Bakker", "phone": "0612345678", "email": "truus@inwoner.example"}


async def ask(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    """A resident of their own asks for help."""
    response = await hand_over(await Resident.arrive(client), **{"contact": CONTACT, **body})
    assert response.status_code == 201, response.text
    return dict(response.json())


def stand_of(response: httpx.Response) -> str:
    """Which state of the lists the page holds."""
    found = re.search(r"stand=(\w+)", response.text)
    assert found
    return found[1]


async def test_queue_shows_the_own_team_without_story_or_name(at_desk: Desks, client: httpx.AsyncClient) -> None:
    ours = await ask(client, urgency="urgent", place="Kerkstraat 1, Gemert")
    theirs = await ask(client, place="Best")
    nobodys = await ask(client, place=None)
    sanne = await at_desk("gemert")
    for response in (await sanne.get(), await sanne.get("/wachtrij", htmx=True)):
        page = text_of(response)
        assert ours["reference"] in page
        assert all(word in page for word in ("Dringend", "Schuldhulpverlening", "Gemert-Bakel", "zojuist", "uiterlijk"))
        assert theirs["reference"] not in page
        assert nobodys["reference"] not in page
        assert not [secret for secret in SECRETS if secret in response.text]


async def test_coordinator_sees_the_queue_of_all_teams(at_desk: Desks, client: httpx.AsyncClient) -> None:
    asked = [await ask(client, place=place) for place in ("Gemert", "Best", None)]
    response = await (await at_desk(None, Role.COORDINATOR)).get()
    assert all(intake["reference"] in response.text for intake in asked)
    assert "Centraal team" in text_of(response)
    assert "oppakken" not in response.text
    assert not [secret for secret in SECRETS if secret in response.text]


@pytest.mark.parametrize("role", [Role.PRIVACY_OFFICER, Role.ADMINISTRATOR])
async def test_other_roles_see_no_questions(at_desk: Desks, client: httpx.AsyncClient, role: Role) -> None:
    asked = await ask(client)
    somebody = await at_desk(None, role)
    assert "U ziet hier geen vragen van inwoners" in text_of(await somebody.get())
    for path in ("", "/wachtrij"):
        assert asked["reference"] not in (await somebody.get(path)).text
    assert (await somebody.get(f"/vragen/{asked['id']}")).status_code == 404


async def test_resident_without_service_has_a_general_question(at_desk: Desks, client: httpx.AsyncClient) -> None:
    await ask(client, service=None)
    assert "Algemene vraag" in text_of(await (await at_desk()).get())


async def test_filter_stays_in_the_address_of_the_page_and_of_its_news(
    at_desk: Desks, client: httpx.AsyncClient
) -> None:
    debts = await ask(client, service="schuldhulpverlening", urgency="urgent")
    noise = await ask(client, service="buurtbemiddeling")
    response = await (await at_desk()).get(dienst="buurtbemiddeling", urgentie="normal")
    assert noise["reference"] in response.text
    assert debts["reference"] not in response.text
    assert "/werk/wachtrij?dienst=buurtbemiddeling&amp;urgentie=normal&amp;stand=" in response.text
    assert '<option value="buurtbemiddeling" selected>' in response.text


async def test_filter_that_nobody_knows_is_no_error(at_desk: Desks) -> None:
    response = await (await at_desk()).get(urgentie="enorm", dienst="<b>", gebied="overal")
    assert response.status_code == 200
    assert "<b>" not in response.text


async def test_filter_is_there_again_when_somebody_comes_back(at_desk: Desks, client: httpx.AsyncClient) -> None:
    await ask(client, service="schuldhulpverlening")
    sanne = await at_desk()
    await sanne.get(dienst="buurtbemiddeling")
    back = await sanne.get(melding="teruggegeven")
    assert back.status_code == 303
    assert back.headers["Location"] == "/werk?dienst=buurtbemiddeling&melding=teruggegeven"
    await sanne.get(filter="geen")
    assert (await sanne.get()).status_code == 200


async def test_queue_holds_what_nobody_picked_up(at_desk: Desks, client: httpx.AsyncClient) -> None:
    mine, free = await ask(client), await ask(client)
    sanne = await at_desk()
    await sanne.send(f"/vragen/{mine['id']}/oppakken")
    response = await sanne.get()
    assert free["reference"] in response.text
    assert mine["reference"] not in response.text


async def test_long_queue_comes_in_pages(at_desk: Desks, client: httpx.AsyncClient) -> None:
    asked = {(await ask(client))["reference"] for _ in range(PAGE + 2)}
    sanne = await at_desk()
    first = await sanne.get()
    link = re.search(r'rel="next" href="/werk\?na=([^"]+)"', first.text)
    assert link
    second = await sanne.get(na=link[1])
    shown = [set(re.findall(r"V-\w{4}-\w{4}", page.text)) for page in (first, second)]
    assert [len(references) for references in shown] == [PAGE, 2]
    assert shown[0] | shown[1] == asked
    assert f">{PAGE + 2}<" in first.text
    assert "Terug naar het begin" in second.text


async def test_crisis_stands_above_every_page_until_somebody_takes_it(
    at_desk: Desks, client: httpx.AsyncClient
) -> None:
    sanne, mehmet = await at_desk("gemert"), await at_desk("best")
    crisis = await ask(client, urgency="crisis")
    for path in ("", "/mijn", "/team", "/balk"):
        assert "Iemand wacht nu op een medewerker" in text_of(await sanne.get(path))
        assert crisis["reference"] not in (await mehmet.get(path)).text
    await sanne.send(f"/vragen/{crisis['id']}/oppakken")
    assert "Iemand wacht" not in text_of(await sanne.get("/balk", htmx=True))


async def test_bar_says_how_much_waits_and_how_much_is_mine(at_desk: Desks, client: httpx.AsyncClient) -> None:
    asked = [await ask(client) for _ in range(3)]
    await ask(client, place="Best")
    sanne = await at_desk("gemert")
    await sanne.send(f"/vragen/{asked[0]['id']}/oppakken")
    assert "Wachtrij 2 Mijn werk 1 Team" in text_of(await sanne.get())


async def test_news_comes_only_when_there_is_any(at_desk: Desks, client: httpx.AsyncClient) -> None:
    sanne = await at_desk()
    stand = stand_of(await sanne.get())
    assert (await sanne.get("/wachtrij", htmx=True, stand=stand)).status_code == 204
    asked = await ask(client)
    news = await sanne.get("/wachtrij", htmx=True, stand=stand)
    assert news.status_code == 200
    assert asked["reference"] in news.text
    assert "<title>(1) Wachtrij" in news.text
    assert (await sanne.get("/wachtrij", htmx=True, stand=stand_of(news))).status_code == 204


@pytest.mark.parametrize(
    ("due_in", "words"),
    [
        (dt.timedelta(hours=-1), "Te laat"),
        (dt.timedelta(hours=-3), "Nu meteen oppakken"),
        (dt.timedelta(days=3), "uiterlijk woensdag 25 november, 12.00 uur"),
        (dt.timedelta(hours=2), "Vandaag"),
        (dt.timedelta(days=60), "uiterlijk donderdag 21 januari 2027, 12.00 uur"),
    ],
)
async def test_term_is_told_in_words_and_not_by_colour_alone(
    at_desk: Desks,
    client: httpx.AsyncClient,
    runtime: Runtime,
    monkeypatch: pytest.MonkeyPatch,
    due_in: dt.timedelta,
    words: str,
) -> None:
    noon = dt.datetime(2026, 11, 22, 11, tzinfo=dt.UTC)
    sanne = await at_desk()
    await ask(client)
    async with runtime.database.write() as session:
        await session.execute(update(Intake).values(created_at=noon - dt.timedelta(hours=3), due_at=noon + due_in))
        # The session, begun when it really is, must not have ended on the day that the test chooses.
        await session.execute(update(SignIn).values(expires_at=noon + dt.timedelta(hours=1)))
    monkeypatch.setattr(clock, "now", lambda: noon)
    page = text_of(await sanne.get())
    assert words in page
    assert "wacht 3 uur" in page
