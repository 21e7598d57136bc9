"""Who reads a story without helping, by the pages: who breaks the glass, and the volunteer a coordinator shares it with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx
import pytest
import time_machine

from api import clock
from api.dependencies import Runtime
from api.intakes.access import GLASS_MINUTES
from api.people.models import Role
from api.privacy import repository as audit_rows
from tests.api.people_at_work import Resident, hand_over
from tests.api.workspace.conftest import AtDesk, text_of

Desks = Callable[..., Awaitable[AtDesk]]
STORY = "De huur is twee maanden niet betaald."
REASON = "inwoner in nood, collega is ziek"


@dataclass
class Asked:
    """A question that somebody else helps with."""

    id: str
    reference: str
    helper: AtDesk

    @property
    def page(self) -> str:
        return f"/vragen/{self.id}"


@pytest.fixture
async def asked(at_desk: Desks, resident: Resident) -> Asked:
    await resident.say("Kunt u mij helpen?")
    made = (await hand_over(resident)).json()
    helper = await at_desk("gemert", name="Sanne de Wit")
    await helper.send(f"/vragen/{made['id']}/oppakken")
    return Asked(made["id"], made["reference"], helper)


async def read_by(runtime: Runtime, who: AtDesk) -> int:
    async with runtime.database.read() as session:
        lines = await audit_rows.search_audit(
            session, verb="read", actor=str(who.professional.id), object_id=None, before=None, limit=50
        )
        return len(lines)


async def test_glass_shows_the_story_for_an_hour_without_a_way_to_act_and_is_logged(
    at_desk: Desks, asked: Asked, runtime: Runtime
) -> None:
    colleague = await at_desk("gemert", name="Mehmet Kaya")
    assert STORY not in (await colleague.get(asked.page)).text
    assert await read_by(runtime, colleague) == 0
    done = await colleague.send(f"{asked.page}/meelezen", reason=REASON)
    assert done.headers["Location"] == f"/werk{asked.page}?melding=meelezen"
    page = await colleague.get(asked.page)
    assert STORY in page.text
    assert "Kunt u mij helpen?" in page.text
    assert await read_by(runtime, colleague) == 1
    assert not [action for action in ("antwoord", "notitie", "afsluiten") if f"{asked.page}/{action}" in page.text]
    with time_machine.travel(clock.now() + dt.timedelta(minutes=GLASS_MINUTES + 1)):
        # The session has gone idle too, so only the rule itself is looked at here.
        await colleague.professional.sign_in(
            colleague.professional.client, colleague.professional.email, colleague.professional.id
        )
        assert STORY not in (await colleague.get(asked.page)).text


async def test_page_that_is_open_lets_go_of_the_story(at_desk: Desks, asked: Asked) -> None:
    riet, vera = await at_desk(None, Role.COORDINATOR), await at_desk("gemert", Role.VOLUNTEER)
    await riet.send(f"{asked.page}/meelezen", reason=REASON)
    assert "HX-Refresh" in (await riet.get(f"{asked.page}/stand", stand="0-claimed", htmx=True)).headers
    await riet.send(f"{asked.page}/delen", person_id=str(vera.professional.id))
    assert "HX-Refresh" not in (await vera.get(f"{asked.page}/stand", stand="1-claimed", htmx=True)).headers
    await riet.send(f"{asked.page}/niet-meer-delen", person_id=str(vera.professional.id))
    assert "HX-Refresh" in (await vera.get(f"{asked.page}/stand", stand="1-claimed", htmx=True)).headers


async def test_glass_wants_a_reason_and_keeps_what_was_typed(at_desk: Desks, asked: Asked) -> None:
    colleague = await at_desk("gemert", name="Mehmet Kaya")
    page = await colleague.send(f"{asked.page}/meelezen", reason="kort")
    assert page.status_code == 400
    assert "waarom het niet kan wachten" in text_of(page)
    assert ">kort</textarea>" in page.text
    assert STORY not in page.text


async def test_glass_is_offered_where_it_is_needed_only(
    at_desk: Desks, client: httpx.AsyncClient, asked: Asked
) -> None:
    free = (await hand_over(await Resident.arrive(client))).json()["id"]
    colleague, riet = await at_desk("gemert", name="Mehmet Kaya"), await at_desk(None, Role.COORDINATOR)
    assert "/meelezen" in (await colleague.get(asked.page)).text
    assert "/meelezen" not in (await colleague.get(f"/vragen/{free}")).text, "picking it up is the way"
    assert "/meelezen" in (await riet.get(f"/vragen/{free}")).text
    assert "/meelezen" not in (await asked.helper.get(asked.page)).text


@pytest.mark.parametrize(
    ("team", "role", "status"),
    [
        ("best", Role.PROFESSIONAL, 404),
        ("gemert", Role.VOLUNTEER, 404),
        (None, Role.PRIVACY_OFFICER, 404),
        (None, Role.ADMINISTRATOR, 404),
    ],
)
async def test_glass_stays_closed_for_others(
    at_desk: Desks, asked: Asked, team: str | None, role: Role, status: int
) -> None:
    somebody = await at_desk(team, role)
    assert (await somebody.send(f"{asked.page}/meelezen", reason=REASON)).status_code == status
    assert (await somebody.get(asked.page)).status_code == 404


async def test_volunteer_reads_what_is_shared_until_it_is_taken_back(
    at_desk: Desks, client: httpx.AsyncClient, asked: Asked, runtime: Runtime
) -> None:
    other = (await hand_over(await Resident.arrive(client))).json()
    riet = await at_desk(None, Role.COORDINATOR, name="Riet van den Elzen")
    vera = await at_desk("gemert", Role.VOLUNTEER, name="Vera Smits")
    assert (await vera.get()).headers["Location"] == "/werk/gedeeld"
    assert "Er is nu niets met u gedeeld." in text_of(await vera.get("/gedeeld"))
    assert "Vera Smits" in text_of(await riet.get(asked.page))
    shared = await riet.send(f"{asked.page}/delen", person_id=str(vera.professional.id))
    assert shared.headers["Location"] == f"/werk{asked.page}?melding=gedeeld"
    riets = await riet.get(asked.page)
    assert "Vera Smits leest mee." in text_of(riets)
    assert STORY not in riets.text
    listed = await vera.get("/gedeeld")
    assert asked.reference in listed.text
    assert other["reference"] not in listed.text
    assert "oppakken" not in listed.text
    page = await vera.get(asked.page)
    assert STORY in page.text
    assert "Terug naar wat met u gedeeld is" in page.text
    assert not [
        action for action in ("antwoord", "meelezen", "delen", "oppakken") if f"{asked.page}/{action}" in page.text
    ]
    assert await read_by(runtime, vera) == 1
    await riet.send(f"{asked.page}/niet-meer-delen", person_id=str(vera.professional.id))
    assert (await vera.get(asked.page)).status_code == 404
    assert asked.reference not in (await vera.get("/gedeeld")).text


async def test_only_a_coordinator_shares_and_only_with_a_volunteer(at_desk: Desks, asked: Asked) -> None:
    riet, colleague = await at_desk(None, Role.COORDINATOR), await at_desk("gemert", name="Mehmet Kaya")
    vera = await at_desk("gemert", Role.VOLUNTEER)
    volunteer = str(vera.professional.id)
    for helping in (asked.helper, colleague):
        assert f"{asked.page}/delen" not in (await helping.get(asked.page)).text
        assert (await helping.send(f"{asked.page}/delen", person_id=volunteer)).status_code == 403
    for wrong in ("", "iemand", str(colleague.professional.id)):
        page = await riet.send(f"{asked.page}/delen", person_id=wrong)
        assert page.status_code == 400
        assert "Kies een vrijwilliger" in text_of(page)
    assert (await vera.get(asked.page)).status_code == 404


@pytest.mark.parametrize("role", [Role.PROFESSIONAL, Role.COORDINATOR, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR])
async def test_list_of_volunteers_is_for_volunteers(at_desk: Desks, role: Role) -> None:
    somebody = await at_desk("gemert" if role is Role.PROFESSIONAL else None, role)
    assert (await somebody.get("/gedeeld")).status_code == 403
