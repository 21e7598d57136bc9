"""The team page counts what waits and who helps, within what one may see, and tells no story."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from sqlalchemy import update

from api import clock
from api.dependencies import Runtime
from api.intakes.models import Intake
from api.people.models import Role
from tests.api.databases import both_databases
from tests.api.people_at_work import Resident, hand_over
from tests.api.workspace.conftest import AtDesk, text_of

Desks = Callable[..., Awaitable[AtDesk]]


@both_databases
async def test_coordinator_sees_every_team_and_who_helps(
    at_desk: Desks, client: httpx.AsyncClient, runtime: Runtime
) -> None:
    sanne = await at_desk("gemert", name="Sanne de Wit")
    riet = await at_desk(None, Role.COORDINATOR, name="Riet")
    for place, urgency in (("Gemert", "crisis"), ("Gemert", "normal"), ("Best", "normal"), (None, "normal")):
        await hand_over(await Resident.arrive(client), place=place, urgency=urgency)
    taken = (await hand_over(await Resident.arrive(client))).json()
    await sanne.send(f"/vragen/{taken['id']}/oppakken")
    async with runtime.database.write() as session:
        await session.execute(update(Intake).values(due_at=clock.now()))
    page = text_of(await riet.get("/team"))
    assert "Team Gemert-Bakel 2 1 2 Team Best 1 0 1 Team Son en Breugel 0 0 0 Centraal team 1 0 1" in page
    assert "Sanne de Wit Team Gemert-Bakel 1 1" in page
    assert taken["reference"] in page
    assert "huur" not in page


async def test_professional_sees_the_own_team_only(at_desk: Desks, client: httpx.AsyncClient) -> None:
    mehmet, fatima = await at_desk("best", name="Mehmet Kaya"), await at_desk("gemert", name="Fatima")
    theirs = (await hand_over(await Resident.arrive(client), place="Best")).json()
    await mehmet.send(f"/vragen/{theirs['id']}/oppakken")
    page = text_of(await fatima.get("/team"))
    assert "Team Gemert-Bakel 0 0 0" in page
    assert not [word for word in ("Team Best", "Mehmet", theirs["reference"]) if word in page]


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR])
async def test_team_is_not_for_others(at_desk: Desks, role: Role) -> None:
    assert (await (await at_desk("gemert", role)).get("/team")).status_code == 403
