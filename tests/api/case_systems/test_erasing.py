"""What is taken back, erased or past its term goes in the other case system too."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
import time_machine

from api import clock
from api.case_systems.models import DeliveryStatus
from api.dependencies import Runtime
from api.rights.retention import Retention
from tests.api.case_systems.following import SignIn, at_work, cases, handed_over, parts, rows
from tests.api.databases import both_databases
from tests.api.people_at_work import Resident
from tests.case_systems.serving import StandIn


@pytest.mark.parametrize("heard", [True, False])
async def test_withdrawn_intake_is_erased_there_too(
    resident: Resident, runtime: Runtime, server: StandIn, heard: bool
) -> None:
    if not heard:
        server.trouble = lambda method, path: "lose" if method == "POST" else None
    await handed_over(resident)
    await at_work(runtime)
    assert cases(server) == 1
    server.trouble = lambda method, path: None
    withdrawn = await resident.client.delete(f"{resident.path}/intake", headers=resident.headers)
    assert withdrawn.status_code == 204
    row = await at_work(runtime)
    assert (row.status, row.steps, row.external_id) == (DeliveryStatus.ERASED, {}, None)
    assert (cases(server), parts(server)) == (0, (0, 0))


async def test_erasing_a_conversation_erases_there_too_also_when_that_fails_at_first(
    resident: Resident, runtime: Runtime, server: StandIn
) -> None:
    await handed_over(resident)
    await at_work(runtime)
    server.trouble = lambda method, path: "500" if method == "DELETE" else None
    assert (await resident.client.delete(resident.path, headers=resident.headers)).status_code == 204
    row = await at_work(runtime)
    assert (row.status, row.attempts) == (DeliveryStatus.ERASING, 1)
    server.trouble = lambda method, path: None
    row = await at_work(runtime)
    assert (row.status, cases(server), parts(server)) == (DeliveryStatus.ERASED, 0, (0, 0))


async def test_intake_that_was_taken_back_before_it_was_sent_is_never_sent(
    resident: Resident, runtime: Runtime, server: StandIn
) -> None:
    async with runtime.database.write() as session:
        await handed_over_within(resident, session)
    (row,) = await rows(runtime)
    assert row.status in {DeliveryStatus.ERASED, DeliveryStatus.ERASING}
    assert cases(server) == 0


async def handed_over_within(resident: Resident, session: Any) -> None:
    """Makes and withdraws in one transaction, so that no delivery can come in between."""
    from api.conversations import repository as conversations
    from api.intakes.schemas import IntakeCreate
    from api.intakes.service import Intakes

    runtime: Runtime = resident.client._transport.app.state.runtime  # type: ignore[attr-defined]
    intakes = Intakes(session, runtime.catalogue, runtime.live)
    await intakes.create(IntakeCreate(conversation_id=resident.id, summary="x"), "once")
    conversation = await conversations.get(session, resident.id)
    assert conversation is not None
    await intakes.withdraw(conversation)


@both_databases
@pytest.mark.parametrize("there_too", [True, False])
async def test_question_past_its_term_is_erased_there_as_the_organisation_says(
    resident: Resident, runtime: Runtime, server: StandIn, professional: SignIn, there_too: bool
) -> None:
    path = f"/intakes/{(await handed_over(resident))['id']}"
    await at_work(runtime)
    sanne = await professional("gemert")
    await sanne.post(f"{path}/claim")
    await sanne.post(f"{path}/close", outcome="helped")
    catalogue = dataclasses.replace(runtime.catalogue, erase_in_case_systems=there_too)
    past = clock.now() + dt.timedelta(days=catalogue.retention_days["intakes"] + 1)
    with time_machine.travel(past):
        assert (await Retention(runtime.database, catalogue).run())["intakes"] == 1
        row = await at_work(runtime)
        assert row.intake_id is None
        assert (row.status, cases(server)) == (
            (DeliveryStatus.ERASED, 0) if there_too else (DeliveryStatus.DELIVERED, 1)
        )
