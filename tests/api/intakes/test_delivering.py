"""An intake arrives in another case system exactly once, whatever fails in between; the resident hears the truth; erasing goes along."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select, update

from api import clock
from api.case_systems.models import Delivery, DeliveryStatus
from api.dependencies import Runtime
from api.intakes.delivering import SCHEDULE, TELL_AFTER_FAILURES
from api.people.models import Role
from api.settings import ROOT, Settings
from tests.api.databases import both_databases
from tests.api.people_at_work import Professional, Resident, hand_over
from tests.case_systems import open_klant, open_zaak
from tests.case_systems.open_klant import OpenKlant
from tests.case_systems.open_zaak import OpenZaak
from tests.case_systems.serving import StandIn

SignIn = Callable[..., Awaitable[Professional]]
CALLBACK = "a token for notifications of 32 characters"
NAME = "het systeem van de gemeente"
MAKING = {"openklant": "/maak-klantcontact", "openzaak": "/zaken"}


@pytest.fixture(params=["openklant", "openzaak"])
def system(request: pytest.FixtureRequest) -> str:
    """Which other system there is."""
    return str(request.param)


@pytest.fixture
async def server(system: str, socket_enabled: None) -> AsyncIterator[StandIn]:
    """That system."""
    async with (OpenKlant() if system == "openklant" else OpenZaak()).running() as running:
        yield running


@pytest.fixture
def settings(
    settings: Settings, server: StandIn, system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """An organisation that sends everything to that system, where people work."""
    folder = tmp_path / "catalogue"
    shutil.copytree(ROOT / "catalogue" / "demo", folder)
    there: dict[str, Any] = {"name": NAME, "tell_resident": True}
    if system == "openklant":
        actor = {"name": "Team Gemert-Bakel", "object_type": "grp", "object_id": "team-gemert"}
        there |= {"kind": "openklant", "address": f"{server.address}{open_klant.BASE}", "actor": actor}
        monkeypatch.setenv("VOORDEUR_SECRET_ANDER", open_klant.TOKEN)
    else:
        there |= {"kind": "zaken", "address": server.address, "case_type": open_zaak.CASE_TYPE}
        there |= {"organisation": open_zaak.RSIN, "client_id": open_zaak.CLIENT}
        monkeypatch.setenv("VOORDEUR_SECRET_ANDER", open_zaak.SECRET)
    monkeypatch.setenv("VOORDEUR_SECRET_ANDER_CALLBACK", CALLBACK)
    data = {"systems": {"ander": there}, "routes": [{"systems": ["ander"]}]}
    (folder / "case_systems.yml").write_text(yaml.safe_dump(data), encoding="utf-8")
    return settings.model_copy(update={"catalogue": folder})


async def rows(runtime: Runtime) -> list[Delivery]:
    async with runtime.database.read() as session:
        return list((await session.scalars(select(Delivery))).all())


async def at_work(runtime: Runtime) -> Delivery:
    """Lets time pass until everything is due, waits until it is done, and gives the one delivery as it is then."""
    async with runtime.database.write() as session:
        await session.execute(update(Delivery).where(Delivery.next_at.is_not(None)).values(next_at=clock.now()))
    runtime.delivering.worker.wake()
    async with asyncio.timeout(30):
        while True:
            (row,) = await rows(runtime)
            if row.leased_until is None and (row.next_at is None or row.next_at > clock.now()):
                return row
            await asyncio.sleep(0.02)


def cases(server: StandIn) -> int:
    """How many cases there are."""
    return len(server.contacts if isinstance(server, OpenKlant) else server.cases)  # type: ignore[attr-defined]


def parts(server: StandIn) -> tuple[int, int]:
    """How many tasks or first statuses there are, and how many addresses or roles."""
    if isinstance(server, OpenKlant):
        return len(server.tasks), len(server.addresses)
    assert isinstance(server, OpenZaak)
    return len(server.statuses), len(server.roles)


async def told(resident: Resident) -> list[str]:
    return [message["text"] for message in await resident.messages() if message["kind"] == "notice"]


async def handed_over(resident: Resident) -> dict[str, Any]:
    contact = {"name": "Truus van den Bakker", "phone": "06-12345678", "email": "truus@example.nl"}
    response = await hand_over(resident, contact=contact)
    assert response.status_code == 201, response.text
    return dict(response.json())


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


async def test_case_that_is_handled_there_is_closed_here_and_the_resident_hears_it(
    resident: Resident, runtime: Runtime, server: StandIn, client: Any
) -> None:
    intake = await handed_over(resident)
    row = await at_work(runtime)
    resource = handle(server, row)
    body = {
        "kanaal": "zaken",
        "hoofdObject": resource,
        "resource": "status",
        "resourceUrl": resource,
        "actie": "create",
    }
    path = "/api/v1/case-systems/ander/notifications"
    assert (await client.post(path, json=body, headers={"Authorization": "Bearer no"})).status_code == 401
    taken = await client.post(path, json=body, headers={"Authorization": f"Bearer {CALLBACK}"})
    assert taken.status_code == 204, taken.text
    row = await at_work(runtime)
    assert row.remote_status in {"verwerkt", "Afgerond"}
    assert (await told(resident))[-1].startswith(f"Uw vraag {intake['reference']} is volgens {NAME} afgehandeld.")
    own = await resident.client.get(f"{resident.path}/intake", headers=resident.headers)
    assert own.json()["status"] == "closed"


async def test_what_a_colleague_here_has_in_hand_stays_open_when_it_is_handled_there(
    resident: Resident, runtime: Runtime, server: StandIn, professional: SignIn
) -> None:
    intake = await handed_over(resident)
    row = await at_work(runtime)
    sanne = await professional("gemert")
    await sanne.post(f"/intakes/{intake['id']}/claim")
    handle(server, row)
    await at_work(runtime)
    whole = (await sanne.get(f"/intakes/{intake['id']}")).json()
    assert whole["status"] == "claimed"
    assert "case_status" in [event["action"] for event in whole["history"]]


def handle(server: StandIn, row: Delivery) -> str:
    """Somebody over there handles it. Gives the address of what changed."""
    if isinstance(server, OpenKlant):
        (task,) = server.tasks.values()
        task["status"] = "verwerkt"
        return str(task["url"])
    assert isinstance(server, OpenZaak)
    server.give_status(row.steps["zaak"], server.status_type(3))
    return str(row.steps["zaak"])
