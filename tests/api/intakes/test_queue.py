"""Who sees which intakes waiting, which fields of them, and in which order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from api.people.models import Role
from tests.api.people_at_work import Professional, Resident, hand_over

SignIn = Callable[..., Awaitable[Professional]]
QUEUE_FIELDS = {
    "id",
    "reference",
    "service",
    "area",
    "team",
    "urgency",
    "dueAt",
    "status",
    "createdAt",
    "assignee",
    "legalDueAt",
    "signal",
    "escalatedAt",
    "reservedFor",
}
WITHOUT_QUEUE = [
    (Role.PRIVACY_OFFICER, None),
    (Role.ADMINISTRATOR, None),
    (Role.VOLUNTEER, None),
    (Role.VOLUNTEER, "gemert"),
    (Role.PRIVACY_OFFICER, "gemert"),
    (Role.PROFESSIONAL, None),
]


async def queue_of(person: Professional, **wanted: Any) -> list[dict[str, Any]]:
    response = await person.get("/intakes", **wanted)
    assert response.status_code == 200, response.text
    return list(response.json()["items"])


async def references(person: Professional, **wanted: Any) -> list[str]:
    return [item["reference"] for item in await queue_of(person, **wanted)]


async def made(resident: Resident, **body: Any) -> str:
    return str((await hand_over(resident, **body)).json()["reference"])


async def test_nobody_sees_the_queue_without_signing_in(resident: Resident) -> None:
    await hand_over(resident)
    assert (await resident.client.get("/api/v1/intakes")).status_code == 401


async def test_team_sees_its_own_intakes_only(resident: Resident, professional: SignIn) -> None:
    in_gemert, in_best = await made(resident, place="Gemert"), await made(resident, place="Best")
    await made(resident, place="Eindhoven")
    assert await references(await professional("gemert")) == [in_gemert]
    assert await references(await professional("best")) == [in_best]
    assert await references(await professional("son")) == []


async def test_queue_shows_nothing_of_the_story(resident: Resident, professional: SignIn) -> None:
    contact = {"name": "Truus Bakker", "phone": "0612345678"}
    await made(resident, contact=contact, also=["thuisadministratie"])
    sanne = await professional()
    response = await sanne.get("/intakes")
    (item,) = response.json()["items"]
    assert set(response.json()) == {"items", "next"}
    assert set(item) == QUEUE_FIELDS
    assert not [word for word in ("huur", "Truus", "0612345678", str(resident.id)) if word in response.text]


async def test_claimed_intake_shows_who_helps_and_no_more(resident: Resident, professional: SignIn) -> None:
    sanne, fatima = await professional(name="Sanne de Wit"), await professional(name="Fatima")
    await made(resident)
    (item,) = await queue_of(fatima)
    await sanne.post(f"/intakes/{item['id']}/claim")
    for person in (sanne, fatima):
        (item,) = await queue_of(person)
        assert set(item) == QUEUE_FIELDS
        assert (item["assignee"], item["status"]) == ("Sanne de Wit", "claimed")


async def test_coordinator_sees_all_teams_and_what_has_no_team(resident: Resident, professional: SignIn) -> None:
    all_of_them = {await made(resident, place=place) for place in ("Gemert", "Best", "Breugel", "Eindhoven", None)}
    riet = await professional(None, Role.COORDINATOR)
    assert set(await references(riet)) == all_of_them
    assert all(set(item) == QUEUE_FIELDS for item in await queue_of(riet))


@pytest.mark.parametrize(("role", "team"), WITHOUT_QUEUE)
async def test_other_roles_see_no_intakes(resident: Resident, professional: SignIn, role: Role, team: str) -> None:
    intake = (await hand_over(resident)).json()
    await made(resident, place="Eindhoven")
    person = await professional(team, role)
    assert await queue_of(person) == []
    assert await queue_of(person, status=["new", "withdrawn"], area="gemert-bakel") == []
    assert (await person.get(f"/intakes/{intake['id']}")).status_code == 404
    assert (await person.post(f"/intakes/{intake['id']}/claim")).status_code == 404


async def test_closed_and_withdrawn_are_shown_only_when_asked_for(resident: Resident, professional: SignIn) -> None:
    sanne = await professional()
    closed = (await hand_over(resident)).json()
    await sanne.post(f"/intakes/{closed['id']}/claim")
    await sanne.post(f"/intakes/{closed['id']}/close", outcome="helped")
    other = await Resident.arrive(resident.client)
    withdrawn = await made(other)
    await other.client.delete(f"{other.path}/intake", headers=other.headers)
    waiting = await made(await Resident.arrive(resident.client))
    assert await references(sanne) == [waiting]
    assert await references(sanne, status="closed") == [closed["reference"]]
    assert set(await references(sanne, status=["withdrawn", "new"])) == {withdrawn, waiting}


async def test_queue_can_be_narrowed(resident: Resident, professional: SignIn) -> None:
    debts = await made(resident, service="schuldhulpverlening", place="Gemert")
    language = await made(resident, service="taalhuis", place="Best", urgency="soon")
    person = await made(resident, service=None, place="Eindhoven", urgency="urgent")
    riet = await professional(None, Role.COORDINATOR)
    assert await references(riet, service="schuldhulpverlening") == [debts]
    assert await references(riet, area="best") == [language]
    assert await references(riet, urgency="urgent") == [person]
    assert await references(riet, urgency="soon", service="taalhuis", area="best") == [language]
    assert await references(riet, urgency="soon", service="schuldhulpverlening") == []


async def test_mine_are_those_i_claimed(resident: Resident, professional: SignIn) -> None:
    sanne, fatima = await professional(name="Sanne"), await professional(name="Fatima")
    mine = (await hand_over(resident)).json()
    await made(resident)
    await sanne.post(f"/intakes/{mine['id']}/claim")
    assert await references(sanne, mine=True) == [mine["reference"]]
    assert await references(fatima, mine=True) == []


@pytest.mark.parametrize("wanted", [{"status": "lost"}, {"urgency": "very"}, {"mine": "perhaps"}])
async def test_unknown_wish_is_a_bad_request(professional: SignIn, wanted: dict[str, str]) -> None:
    response = await (await professional()).get("/intakes", **wanted)
    assert response.status_code == 400
    assert response.json()["errors"][0]["name"].startswith(next(iter(wanted)))


async def test_most_pressing_first_then_what_is_due_first(resident: Resident, professional: SignIn) -> None:
    slow = await made(resident, service="schuldhulpverlening")
    quick = await made(resident, service="ontmoeting")
    soon = await made(resident, urgency="soon")
    crisis = await made(resident, urgency="crisis")
    urgent = await made(resident, urgency="urgent")
    later_crisis = await made(resident, urgency="crisis")
    assert await references(await professional()) == [crisis, later_crisis, urgent, soon, quick, slow]
