"""Mijn werk shows whom I help, and first who waits for my answer."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from api.people.models import Role
from tests.api.people_at_work import Resident, hand_over
from tests.api.workspace.conftest import AtDesk, text_of

Desks = Callable[..., Awaitable[AtDesk]]


async def test_resident_who_waits_for_an_answer_stands_first(at_desk: Desks, client: httpx.AsyncClient) -> None:
    sanne = await at_desk("gemert")
    residents = [await Resident.arrive(client) for _ in range(2)]
    intakes = [(await hand_over(resident)).json() for resident in residents]
    for intake in intakes:
        await sanne.send(f"/vragen/{intake['id']}/oppakken")
        await sanne.send(f"/vragen/{intake['id']}/antwoord", text="Dag, hoe gaat het?")
    assert "Niemand wacht op uw antwoord." in text_of(await sanne.get("/mijn"))
    await residents[1].say("Niet zo goed.")
    page = await sanne.get("/mijn/lijst", htmx=True)
    assert page.text.index(intakes[1]["reference"]) < page.text.index("kop-loopt")
    assert page.text.index("kop-loopt") < page.text.index(intakes[0]["reference"])
    assert "<title>(1) Mijn werk" in page.text


async def test_work_of_colleagues_is_not_mine(at_desk: Desks, resident: Resident) -> None:
    intake = (await hand_over(resident)).json()
    sanne, fatima = await at_desk("gemert", name="Sanne"), await at_desk("gemert", name="Fatima")
    await sanne.send(f"/vragen/{intake['id']}/oppakken")
    assert intake["reference"] in (await sanne.get("/mijn")).text
    assert intake["reference"] not in (await fatima.get("/mijn")).text


@pytest.mark.parametrize("role", [Role.PRIVACY_OFFICER, Role.ADMINISTRATOR])
async def test_who_helps_nobody_has_no_work_here(at_desk: Desks, resident: Resident, role: Role) -> None:
    reference = (await hand_over(resident)).json()["reference"]
    assert reference not in (await (await at_desk(None, role)).get("/mijn")).text
