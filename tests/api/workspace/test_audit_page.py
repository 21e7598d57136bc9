"""The privacy officer looks for who did what, sees who broke the glass, and whether the log is whole. Nobody else does."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Awaitable, Callable

import httpx
import pytest
from sqlalchemy import text

from api import clock
from api.dependencies import Runtime
from api.people.models import Role
from api.privacy.audit import Verb
from api.workspace import audit_page
from api.workspace.audit_wording import VERBS
from tests.api.people_at_work import Resident, hand_over
from tests.api.workspace.conftest import AtDesk, text_of

Desks = Callable[..., Awaitable[AtDesk]]
REASON = "inwoner in nood, collega is ziek"
PAGES = ("/controle", "/controle/noodgevallen", "/controle/keten")


@pytest.fixture
async def joris(at_desk: Desks) -> AtDesk:
    return await at_desk(None, Role.PRIVACY_OFFICER, name="Joris Maas")


def rows(page: httpx.Response) -> list[str]:
    """The lines on the page, as a person reads them."""
    body = page.text.partition("<tbody")[2].partition(">")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in body.split("</tr>")[:-1]]


async def test_log_is_searched_by_person_deed_question_and_day(
    at_desk: Desks, joris: AtDesk, resident: Resident
) -> None:
    made = (await hand_over(resident)).json()
    sanne = await at_desk("gemert", name="Sanne de Wit")
    await sanne.send(f"/vragen/{made['id']}/oppakken")
    everything = await joris.get("/controle")
    assert "Opgepakt" in rows(everything)[0]
    assert "Sanne de Wit" in rows(everything)[0]
    assert f"vraag {made['reference']}" in rows(everything)[0]
    assert f"{made['reference']} opgepakt" in rows(everything)[0], "the status it has now"
    assert "huur" not in everything.text
    of_sanne = rows(await joris.get("/controle", wie=str(sanne.professional.id)))
    assert [row.partition(" regel")[0] for row in of_sanne] == ["Opgepakt", "Ingelogd"]
    assert len(rows(await joris.get("/controle", wat="claimed"))) == 1
    of_question = rows(await joris.get("/controle", waarvan=made["reference"].lower()))
    assert of_question == rows(await joris.get("/controle", waarvan=made["id"]))
    assert [row.partition(" regel")[0] for row in of_question] == ["Opgepakt", "Gemaakt"]
    today = clock.now().date()
    tomorrow, yesterday = str(today + dt.timedelta(days=2)), str(today - dt.timedelta(days=2))
    assert rows(await joris.get("/controle", van=yesterday, tot=tomorrow)) == rows(await joris.get("/controle"))
    assert "Er is niets gevonden." in text_of(await joris.get("/controle", van=tomorrow))
    assert "Er is niets gevonden." in text_of(await joris.get("/controle", tot=yesterday))


@pytest.mark.parametrize(
    ("search", "sentence"),
    [
        ({"wat": "gegeten"}, "Kies een handeling uit de lijst."),
        ({"waarvan": "V-0000-0000"}, "Kenmerk V-0000-0000 is er niet"),
        ({"van": "gisteren"}, "Vul een dag in"),
    ],
)
async def test_search_that_cannot_be_is_said_and_stays(joris: AtDesk, search: dict[str, str], sentence: str) -> None:
    page = await joris.get("/controle", htmx=False, **search)
    assert page.status_code == 200
    assert sentence in text_of(page)
    assert rows(page) == []


async def test_older_lines_are_a_page_further(joris: AtDesk, at_desk: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        await at_desk()
    everything = rows(await joris.get("/controle", wat="signed_in"))
    monkeypatch.setattr(audit_page, "PAGE", 3)
    page = await joris.get("/controle", wat="signed_in")
    link = re.search(r'rel="next" href="/werk/controle\?wat=signed_in&amp;voor=(\d+)"', page.text)
    assert link
    older = await joris.get("/controle", wat="signed_in", voor=link[1])
    assert rows(page) + rows(older) == everything
    assert 'rel="next"' not in older.text


async def test_who_broke_the_glass_and_why(at_desk: Desks, joris: AtDesk, resident: Resident) -> None:
    assert "Dat heeft nog niemand gedaan." in text_of(await joris.get("/controle/noodgevallen"))
    made = (await hand_over(resident)).json()
    riet = await at_desk(None, Role.COORDINATOR, name="Riet van den Elzen")
    await riet.send(f"/vragen/{made['id']}/meelezen", reason=REASON)
    [row] = rows(await joris.get("/controle/noodgevallen"))
    assert "Riet van den Elzen" in row
    assert made["reference"] in row
    assert REASON in row


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        ("UPDATE audit_events SET verb = 'noted' WHERE seq = 1", "Regel 1 is veranderd."),
        ("UPDATE audit_events SET previous = hash WHERE seq = 2", "Regel 2 past niet op de regel ervoor."),
        ("DELETE FROM audit_events WHERE seq = 1", "Regel 1 ontbreekt."),
        ("DELETE FROM audit_events WHERE seq > 1", "De laatste regels zijn weg: de keten eindigt bij regel 1 en hoort"),
    ],
)
async def test_log_is_whole_until_somebody_does_it_harm(
    joris: AtDesk, at_desk: Desks, runtime: Runtime, harm: str, sentence: str
) -> None:
    await at_desk()
    whole = await joris.get("/controle/keten")
    assert "Ja. Alle" in text_of(whole)
    assert re.search(r"<code>\d+:[0-9a-f]{64}</code>", whole.text)
    async with runtime.database.write() as session:
        # Whoever can change the table can take away what protects it; the chain shows it.
        for (name,) in (await session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))).all():
            await session.execute(text(f"DROP TRIGGER {name}"))
        await session.execute(text(harm))
    broken = text_of(await joris.get("/controle/keten"))
    assert "Nee. Het logboek klopt niet." in broken
    assert sentence in broken


@pytest.mark.parametrize("role", [Role.PROFESSIONAL, Role.VOLUNTEER, Role.COORDINATOR, Role.ADMINISTRATOR])
async def test_log_is_for_the_privacy_officer_only(at_desk: Desks, role: Role) -> None:
    somebody = await at_desk("gemert" if role in {Role.PROFESSIONAL, Role.VOLUNTEER} else None, role)
    for page in PAGES:
        assert (await somebody.get(page)).status_code == 403
    assert "/werk/controle" not in (await somebody.get("/account")).text


def test_every_deed_has_a_word() -> None:
    assert set(VERBS) == set(Verb)
