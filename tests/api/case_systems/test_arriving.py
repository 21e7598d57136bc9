"""An intake arrives in another case system exactly once, whatever fails in between, and the resident hears the truth."""

from __future__ import annotations

import dataclasses
import json

import pytest

from api.case_systems.models import DeliveryStatus
from api.dependencies import Runtime
from api.intakes.outcomes import SCHEDULE, TELL_AFTER_FAILURES
from api.people.models import Role
from tests.api.case_systems.following import CONTACT, NAME, SignIn, at_work, cases, handed_over, parts, told
from tests.api.databases import both_databases
from tests.api.people_at_work import Resident, hand_over
from tests.case_systems.serving import StandIn

MAKING = {"openklant": "/maak-klantcontact", "openzaak": "/zaken"}


@both_databases
async def test_intake_arrives_once_with_all_its_parts(
    resident: Resident, runtime: Runtime, server: StandIn, professional: SignIn
) -> None:
    intake = await handed_over(resident)
    row = await at_work(runtime)
    assert (row.status, row.problem, cases(server)) == (DeliveryStatus.DELIVERED, None, 1)
    assert parts(server) in {(1, 2), (1, 1)}
    sanne = await professional("gemert")
    whole = (await sanne.post(f"/intakes/{intake['id']}/claim")).json()
    (delivery,) = whole["deliveries"]
    assert (delivery["system"], delivery["name"], delivery["status"]) == ("ander", NAME, "delivered")
    assert delivery["externalId"]
    assert "case_delivered" in [event["action"] for event in whole["history"]]
    assert await told(resident) == ["Sanne de Wit van Team Gemert-Bakel leest nu met u mee en geeft antwoord."]


@pytest.mark.parametrize("trouble", ["500", "lose"])
async def test_failure_at_any_request_ends_in_one_case(
    resident: Resident, runtime: Runtime, server: StandIn, trouble: str
) -> None:
    """Every request of a delivery fails once, one after the other; with `lose` it is done and we never hear so."""
    failed: set[str] = set()

    def once(method: str, path: str) -> str | None:
        key = f"{method} {path}"
        if key in failed or (method == "GET" and trouble == "lose"):
            return None
        failed.add(key)
        return trouble

    server.trouble = once
    await handed_over(resident)
    for _ in range(20):
        row = await at_work(runtime)
        if row.status is DeliveryStatus.DELIVERED:
            break
        assert row.problem
    assert row.status is DeliveryStatus.DELIVERED
    assert len(failed) >= 3
    assert cases(server) == 1
    assert parts(server) in {(1, 2), (1, 1)}


async def test_system_that_is_away_for_an_hour_gets_it_afterwards_and_the_resident_hears_both(
    resident: Resident, runtime: Runtime, server: StandIn, professional: SignIn
) -> None:
    server.trouble = lambda method, path: "500"
    intake = await handed_over(resident)
    for attempt in range(1, 5):
        row = await at_work(runtime)
        assert (row.status, row.attempts, row.problem) == (DeliveryStatus.WAITING, attempt, "HTTP 500")
        assert len(await told(resident)) == (attempt >= TELL_AFTER_FAILURES)
    riet = await professional(None, Role.COORDINATOR, name="Riet")
    (item,) = (await riet.get("/deliveries")).json()["items"]
    assert (item["reference"], item["status"], item["attempts"]) == (intake["reference"], "waiting", 4)
    server.trouble = lambda method, path: None
    row = await at_work(runtime)
    assert (row.status, row.attempts, cases(server)) == (DeliveryStatus.DELIVERED, 0, 1)
    delayed, arrived = await told(resident)
    assert "Doorsturen naar" in delayed
    assert arrived == f"Uw vraag {intake['reference']} is nu ook aangekomen bij {NAME}."
    assert (await riet.get("/deliveries")).json()["items"] == []


async def test_refused_case_waits_for_a_person_who_can_try_again(
    resident: Resident, runtime: Runtime, server: StandIn, professional: SignIn, system: str
) -> None:
    server.trouble = lambda method, path: "refuse" if path.endswith(MAKING[system]) and method == "POST" else None
    intake = await handed_over(resident)
    row = await at_work(runtime)
    assert (row.status, row.problem, row.next_at) == (DeliveryStatus.FAILED, "HTTP 400, inhoud max_length", None)
    (said,) = await told(resident)
    assert "niet gelukt" in said
    assert "coördinator" in said
    riet, sanne = await professional(None, Role.COORDINATOR, name="Riet"), await professional("gemert")
    (waiting,) = (await riet.get("/intakes")).json()["items"]
    assert waiting["escalatedAt"], "the coordinator has to see it"
    assert (await sanne.get("/deliveries")).status_code == 403
    assert (await sanne.post(f"/deliveries/{row.id}/retry")).status_code == 403
    server.trouble = lambda method, path: None
    again = await riet.post(f"/deliveries/{row.id}/retry")
    assert (again.status_code, again.json()["status"]) == (200, "waiting")
    row = await at_work(runtime)
    assert (row.status, cases(server)) == (DeliveryStatus.DELIVERED, 1)
    assert (await told(resident))[-1] == f"Uw vraag {intake['reference']} is nu ook aangekomen bij {NAME}."
    assert (await riet.post(f"/deliveries/{row.id}/retry")).status_code == 409


async def test_after_two_days_it_is_given_up_and_said(resident: Resident, runtime: Runtime, server: StandIn) -> None:
    server.trouble = lambda method, path: "500"
    await handed_over(resident)
    for _ in range(len(SCHEDULE.waits) + 1):
        row = await at_work(runtime)
    assert (row.status, row.next_at) == (DeliveryStatus.FAILED, None)
    assert "niet gelukt" in (await told(resident))[-1]


def test_attempts_are_spread_over_two_days_and_no_longer() -> None:
    assert 47 * 3600 <= sum(SCHEDULE.waits) <= 48 * 3600
    assert list(SCHEDULE.waits) == sorted(SCHEDULE.waits)


async def test_organisation_can_keep_story_and_contact_data_at_home(
    resident: Resident, runtime: Runtime, server: StandIn, system: str
) -> None:
    systems = runtime.catalogue.case_systems.systems
    systems["ander"] = dataclasses.replace(systems["ander"], content=False)  # type: ignore[index]
    await hand_over(resident, contact=CONTACT, summary="De deurwaarder komt vrijdag, huisuitzetting!")
    row = await at_work(runtime)
    assert (row.status, cases(server)) == (DeliveryStatus.DELIVERED, 1)
    there = json.dumps(server.everything(), default=str)
    assert not [word for word in ("Truus", "12345678", "truus@", "deurwaarder", "uitzetting", "Dreig") if word in there]
    assert "De inhoud staat in Voordeur." in there
