"""Insight tells numbers of a quarter to who looks after the areas, and nothing that says something about one person."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

import httpx
import pytest

from api.dependencies import Runtime
from api.insight.service import FEWEST, Quarter, Table, insight, table_of
from api.intakes.models import Intake, IntakeEvent, IntakeStatus, Outcome, ServiceCorrection, Urgency
from api.people.models import Person, Role
from tests.api.databases import both_databases
from tests.api.people_at_work import Professional
from tests.api.workspace.conftest import text_of

SignIn = Callable[..., Awaitable[Professional]]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=AMSTERDAM)
STORY, NAME = "De huur is twee maanden niet betaald.", "Truus Bakker"


def asked(at: dt.datetime, **values: object) -> Intake:
    return Intake(
        **{
            "reference": f"V-{uuid.uuid4().hex[:8]}",
            "idempotency_key": uuid.uuid4().hex,
            "service": "taalhuis",
            "also": [],
            "area": "gemert-bakel",
            "team": "gemert",
            "due_at": at,
            "amber_at": at,
            "language": "nl",
            "summary": STORY,
            "contact_name": NAME,
            "created_at": at,
            **values,
        }
    )


async def keep(runtime: Runtime, *rows: object) -> None:
    async with runtime.database.write() as session:
        session.add_all(rows)


async def seen(runtime: Runtime, wanted: str = "") -> dict[str, Table]:
    riet = Person(role=Role.COORDINATOR)
    async with runtime.database.read() as session:
        found = await insight(session, runtime.catalogue, riet, wanted, NOW)
    return {table.key: table for table in found.tables}


def lines(table: Table) -> dict[str, str]:
    return {line.name: line.text for line in table.lines}


@both_databases
async def test_questions_are_counted_and_small_numbers_are_not_told(runtime: Runtime) -> None:
    monday = dt.datetime(2026, 11, 16, 0, 0, tzinfo=AMSTERDAM)
    rows = [asked(monday) for _ in range(9)]
    rows += [asked(monday - dt.timedelta(minutes=1), service="ontmoeting", area="best") for _ in range(6)]
    rows += [asked(monday, service="jongerenwerk", urgency=Urgency.CRISIS) for _ in range(5)]
    rows += [asked(monday, service="schuldhulpverlening") for _ in range(2)]
    rows += [asked(dt.datetime(2026, 9, 30, 23, 59, tzinfo=AMSTERDAM)) for _ in range(7)]
    await keep(runtime, *rows)
    tables = await seen(runtime)
    words = runtime.catalogue.services
    # Two are hidden; the smallest of the others too, or the two would follow from the total.
    assert lines(tables["dienst"]) == {
        words["taalhuis"].name: "9",
        words["ontmoeting"].name: "6",
        words["jongerenwerk"].name: "niet getoond",
        words["schuldhulpverlening"].name: "minder dan 5",
    }
    assert lines(tables["gebied"]) == {
        runtime.catalogue.areas["gemert-bakel"].name: "16",
        runtime.catalogue.areas["best"].name: "6",
    }
    weeks = lines(tables["week"])
    assert (weeks["9 november 2026"], weeks["16 november 2026"]) == ("6", "16")
    assert weeks["23 november 2026"] == "minder dan 5"
    assert next(iter(weeks)) == "1 oktober 2026"
    assert "30 november 2026" not in weeks
    assert lines(tables["urgentie"])["Crisis"] == "5"
    earlier = await seen(runtime, "2026-3")
    assert lines(earlier["dienst"]) == {words["taalhuis"].name: "7"}


@both_databases
async def test_waiting_is_counted_to_the_first_who_picked_it_up(runtime: Runtime) -> None:
    at = NOW - dt.timedelta(days=9)
    intakes = [asked(at, id=uuid.uuid4()) for _ in range(12)]
    await keep(runtime, *intakes)

    def event(number: int, minutes: int, action: str = "claimed") -> IntakeEvent:
        moment = at + dt.timedelta(minutes=minutes)
        return IntakeEvent(
            intake_id=intakes[number].id, at=moment, actor="Sanne", action=action, status=IntakeStatus.CLAIMED
        )

    first = [event(number, 10) for number in range(6)] + [event(number, 180) for number in range(6, 12)]
    await keep(runtime, *first, event(0, 5, "created"), event(0, 3000))
    tables = await seen(runtime)
    told = lines(tables["wachten"])
    assert (told["binnen een kwartier"], told["binnen vier uur"]) == ("6", "6")
    assert told["na meer dan een dag"] == "minder dan 5"


@both_databases
async def test_ends_and_corrections_are_counted(runtime: Runtime) -> None:
    at = NOW - dt.timedelta(days=3)
    rows: list[object] = [asked(at, status=IntakeStatus.CLOSED, outcome=Outcome.HELPED) for _ in range(7)]
    rows += [asked(at, status=IntakeStatus.WITHDRAWN) for _ in range(5)]
    rows += [asked(at) for _ in range(8)]
    rows += [ServiceCorrection(at=at, heard=None, right="taalhuis", language="nl") for _ in range(5)]
    await keep(runtime, *rows)
    tables = await seen(runtime)
    told = lines(tables["afloop"])
    assert (told["Geholpen"], told["Ingetrokken"], told["Nog open"]) == ("7", "5", "8")
    assert lines(tables["wijziging"]) == {"Algemene vraag → Taalhuis": "5"}


def test_no_hidden_number_follows_from_the_rest() -> None:
    for counts in ({"a": 4, "b": 30, "c": 40}, {"a": 1, "b": 1, "c": 9, "d": 12}, {"a": 2, "b": 3, "c": 9}):
        shown = {line.name for line in table_of("x", "x", "x", counts).lines if line.count is not None}
        hidden = counts.keys() - shown
        assert len(hidden) > 1
        assert sum(counts[name] for name in hidden) >= FEWEST
        assert all(counts[name] >= FEWEST for name in shown)


def test_quarters_touch_and_do_not_overlap() -> None:
    quarter = Quarter.of(dt.date(2026, 12, 31))
    for _ in range(8):
        assert quarter.before.end == quarter.first_day
        quarter = quarter.before


@pytest.mark.parametrize("role", [Role.PROFESSIONAL, Role.VOLUNTEER, Role.PRIVACY_OFFICER])
async def test_insight_is_not_for_others(professional: SignIn, role: Role) -> None:
    somebody = await professional("gemert", role)
    response = await somebody.client.get("/inzicht")
    assert response.status_code == 403
    assert "voor coördinatoren en beheerders" in text_of(response)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
async def test_page_holds_numbers_and_no_person(professional: SignIn, runtime: Runtime, role: Role) -> None:
    somebody = await professional(None, role)
    rows = [asked(dt.datetime.now(dt.UTC)) for _ in range(6)]
    await keep(runtime, *rows)
    response = await somebody.client.get("/inzicht", params={"kwartaal": "onzin"})
    assert response.status_code == 200, response.text
    assert "Taalhuis 6" in text_of(response)
    assert '<rect width="100"' in response.text
    for secret in (STORY, NAME, *(row.reference for row in rows)):
        assert secret not in response.text


async def test_who_is_not_signed_in_comes_back_here(client: httpx.AsyncClient) -> None:
    response = await client.get("/inzicht")
    assert response.status_code == 303
    assert response.headers["Location"] == "/werk/inloggen?naar=/inzicht"
