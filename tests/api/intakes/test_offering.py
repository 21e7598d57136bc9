"""A team can have new questions offered to one person first: who is there, knows the subject and has least in hand."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

from api import clock
from api.dependencies import Runtime
from api.intakes.models import Intake
from api.notices.models import Notice
from api.people.models import Person
from api.settings import ROOT, Settings
from tests.api.databases import both_databases
from tests.api.intakes.test_escalation import actions, intake_row, term_passes
from tests.api.people_at_work import Professional, Resident, hand_over

SignIn = Callable[..., Awaitable[Professional]]
MINUTES = 30


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """An organisation where Team Gemert-Bakel works so."""
    folder = tmp_path / "catalogue"
    shutil.copytree(ROOT / "catalogue" / "demo", folder)
    areas = folder / "areas.yml"
    text = areas.read_text(encoding="utf-8")
    team = "gemert: { name: Team Gemert-Bakel }"
    assert team in text
    with_offer = f"gemert: {{ name: Team Gemert-Bakel, offer_minutes: {MINUTES} }}"
    areas.write_text(text.replace(team, with_offer), encoding="utf-8")
    return settings.model_copy(update={"catalogue": folder})


async def knows(runtime: Runtime, person: Professional, *disciplines: str) -> None:
    async with runtime.database.write() as session:
        await session.execute(update(Person).where(Person.id == person.id).values(disciplines=list(disciplines)))


async def mailed(runtime: Runtime) -> list[object]:
    async with runtime.database.read() as session:
        return list((await session.scalars(select(Notice.person_id).where(Notice.kind == "new_question"))).all())


async def asks(client: object, **body: object) -> None:
    """Another resident asks something."""
    response = await hand_over(await Resident.arrive(client), **body)  # type: ignore[arg-type]
    assert response.status_code == 201


async def offered_to(runtime: Runtime) -> list[object]:
    async with runtime.database.read() as session:
        return list((await session.scalars(select(Intake.reserved_for_id).order_by(Intake.created_at))).all())


@both_databases
async def test_who_has_least_in_hand_is_asked_first_and_alone(
    resident: Resident, professional: SignIn, runtime: Runtime
) -> None:
    sanne, nora = await professional("gemert", name="Nora"), await professional("gemert", name="Sanne")
    busy = (await hand_over(resident)).json()["id"]
    (first,) = await offered_to(runtime)
    assert first == sanne.id, "of two who have nothing the first by name"
    await sanne.post(f"/intakes/{busy}/claim")
    before = await mailed(runtime)
    await asks(resident.client)
    assert (await offered_to(runtime))[1] == nora.id
    assert (await mailed(runtime))[len(before) :] == [nora.id]
    assert ("offered", "Sanne") in await actions(runtime)


async def test_who_knows_the_subject_goes_before_who_has_less(
    resident: Resident, professional: SignIn, runtime: Runtime
) -> None:
    sanne, nora = await professional("gemert", name="Sanne"), await professional("gemert", name="Nora")
    await knows(runtime, sanne, "geld")
    intake = (await hand_over(resident)).json()["id"]
    await sanne.post(f"/intakes/{intake}/claim")
    await asks(resident.client, service="schuldhulpverlening")
    await asks(resident.client, service="taalhuis")
    assert (await offered_to(runtime))[1:] == [sanne.id, nora.id]


async def test_who_is_away_is_not_asked(resident: Resident, professional: SignIn, runtime: Runtime) -> None:
    nora, sanne = await professional("gemert", name="Nora"), await professional("gemert", name="Sanne")
    until = (clock.now() + dt.timedelta(days=3)).isoformat()
    await nora.client.put("/api/v1/people/current/absence", json={"until": until}, headers={"X-CSRF-Token": nora.csrf})
    await hand_over(resident)
    assert await offered_to(runtime) == [sanne.id]


async def test_colleague_who_is_quicker_takes_it(resident: Resident, professional: SignIn, runtime: Runtime) -> None:
    await professional("gemert", name="Nora")
    sanne = await professional("gemert", name="Sanne")
    intake = (await hand_over(resident)).json()["id"]
    assert (await sanne.post(f"/intakes/{intake}/claim")).status_code == 200
    row = await intake_row(runtime)
    assert (row.assignee_id, row.reserved_for_id) == (sanne.id, None)


async def test_after_the_offer_the_whole_team_is_asked_and_only_then_the_coordinator(
    resident: Resident, professional: SignIn, runtime: Runtime
) -> None:
    nora, sanne = await professional("gemert", name="Nora"), await professional("gemert", name="Sanne")
    await hand_over(resident)
    row = await intake_row(runtime)
    assert row.claim_by is not None
    assert row.claim_by <= clock.now() + dt.timedelta(minutes=MINUTES)
    assert await mailed(runtime) == [nora.id]
    await term_passes(runtime)
    row = await intake_row(runtime)
    assert (row.reserved_for_id, row.escalated_at) == (None, None)
    assert row.claim_by is not None
    assert row.claim_by > clock.now()
    assert sanne.id in await mailed(runtime)
    await term_passes(runtime)
    assert (await intake_row(runtime)).escalated_at
    assert [action for action, _ in await actions(runtime)] == ["created", "offered", "offer_ended", "escalated"]


async def test_crisis_and_other_teams_are_everybodys_from_the_beginning(
    resident: Resident, professional: SignIn, runtime: Runtime
) -> None:
    await professional("gemert")
    await professional("best")
    await hand_over(resident, urgency="crisis")
    await asks(resident.client, place="Best")
    assert await offered_to(runtime) == [None, None]
