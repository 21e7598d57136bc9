"""A question that nobody picks up does not wait in silence: the coordinator hears it, and the resident what happens."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select, update

from api import clock
from api.dependencies import Runtime
from api.intakes.base import AWAY_WAITS
from api.intakes.escalation import Escalations
from api.intakes.models import Intake
from api.people.models import Role
from tests.api.databases import both_databases
from tests.api.people_at_work import Professional, Resident, hand_over

SignIn = Callable[..., Awaitable[Professional]]


async def intake_row(runtime: Runtime) -> Intake:
    async with runtime.database.read() as session:
        return (await session.scalars(select(Intake))).one()


async def term_passes(runtime: Runtime) -> None:
    """The term to pick up is over, and everything that is due has been looked at."""
    async with runtime.database.write() as session:
        over = clock.now() - dt.timedelta(seconds=1)
        await session.execute(update(Intake).where(Intake.claim_by.is_not(None)).values(claim_by=over))
    worker = Escalations(runtime.database, runtime.catalogue, runtime.live).worker
    await worker.take_due()
    await worker.finished()


async def notices(resident: Resident) -> list[str]:
    return [message["text"] for message in await resident.messages() if message["kind"] == "notice"]


@both_databases
async def test_question_that_waits_too_long_is_told_once_to_coordinator_and_resident(
    resident: Resident, professional: SignIn, runtime: Runtime
) -> None:
    await professional("gemert")
    riet = await professional(None, Role.COORDINATOR)
    reference = (await hand_over(resident)).json()["reference"]
    assert (await intake_row(runtime)).claim_by is not None
    await term_passes(runtime)
    await term_passes(runtime)
    (item,) = (await riet.get("/intakes")).json()["items"]
    assert item["escalatedAt"]
    (said,) = await notices(resident)
    assert reference in said
    assert runtime.catalogue.organisation.phone in said


async def test_claimed_question_is_not_escalated_and_a_released_one_gets_a_new_term(
    resident: Resident, professional: SignIn, runtime: Runtime
) -> None:
    sanne = await professional("gemert")
    intake = (await hand_over(resident)).json()["id"]
    await sanne.post(f"/intakes/{intake}/claim")
    assert (await intake_row(runtime)).claim_by is None
    await term_passes(runtime)
    assert (await intake_row(runtime)).escalated_at is None
    await sanne.post(f"/intakes/{intake}/release")
    row = await intake_row(runtime)
    assert row.claim_by is not None
    assert row.claim_by > clock.now() + AWAY_WAITS
    await term_passes(runtime)
    await sanne.post(f"/intakes/{intake}/claim")
    assert (await intake_row(runtime)).escalated_at is None


async def test_team_that_is_all_away_does_not_keep_a_question_waiting(
    resident: Resident, professional: SignIn, runtime: Runtime
) -> None:
    sanne = await professional("gemert")
    until = (clock.now() + dt.timedelta(days=3)).isoformat()
    away = await sanne.client.put(
        "/api/v1/people/current/absence", json={"until": until}, headers={"X-CSRF-Token": sanne.csrf}
    )
    assert away.status_code == 200, away.text
    await hand_over(resident)
    row = await intake_row(runtime)
    assert row.claim_by is not None
    assert row.claim_by <= clock.now() + AWAY_WAITS
    await term_passes(runtime)
    history: Any = await actions(runtime)
    assert history[-1] == ("escalated", "team_away")


async def actions(runtime: Runtime) -> list[tuple[str, str | None]]:
    from api.intakes.models import IntakeEvent

    async with runtime.database.read() as session:
        events = await session.scalars(select(IntakeEvent).order_by(IntakeEvent.at))
        return [(event.action, event.detail) for event in events]


async def test_claim_at_the_moment_of_escalation_wins(
    resident: Resident, professional: SignIn, runtime: Runtime
) -> None:
    sanne = await professional("gemert")
    intake = (await hand_over(resident)).json()["id"]
    claim, _ = await asyncio.gather(sanne.post(f"/intakes/{intake}/claim"), term_passes(runtime))
    assert claim.status_code == 200
    assert (await intake_row(runtime)).assignee_id == sanne.id
