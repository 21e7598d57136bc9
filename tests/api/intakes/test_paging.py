"""The queue comes in pages, each read from an index, and no intake is passed over or shown twice."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Runtime
from api.intakes import queues
from api.intakes.models import Intake, IntakeStatus, Urgency
from api.intakes.paging import Place
from api.intakes.schemas import IntakeFilter
from api.people.models import Person, Role
from tests.api.databases import POSTGRESQL, SQLITE, both_databases
from tests.api.people_at_work import Professional

SignIn = Callable[..., Awaitable[Professional]]
NOON = dt.datetime(2026, 11, 25, 11, tzinfo=dt.UTC)


def intake(number: int, **values: object) -> Intake:
    """An intake as it stands in a long queue; many have the same term."""
    chance = random.Random(number)
    return Intake(
        **{
            "reference": f"V-{number:04d}",
            "idempotency_key": uuid.uuid4().hex,
            "service": chance.choice(["taalhuis", "ontmoeting"]),
            "also": [],
            "area": "gemert-bakel",
            "team": "gemert",
            "urgency": chance.choice(list(Urgency)),
            "due_at": NOON + dt.timedelta(days=chance.randrange(5)),
            "amber_at": NOON,
            "status": IntakeStatus.NEW,
            "language": "nl",
            "summary": "Een verhaal.",
            **values,
        }
    )


async def fill(runtime: Runtime, *rows: Intake) -> None:
    async with runtime.database.write() as session:
        session.add_all(rows)


class Asked(NamedTuple):
    """A statement as the database got it."""

    statement: str
    parameters: Any


@contextmanager
def statements(runtime: Runtime) -> Iterator[list[Asked]]:
    """What is asked of the database within the block."""
    asked: list[Asked] = []

    def on_execute(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append(Asked(statement, parameters))

    event.listen(runtime.database.engine.sync_engine, "before_cursor_execute", on_execute)
    yield asked
    event.remove(runtime.database.engine.sync_engine, "before_cursor_execute", on_execute)


@both_databases
async def test_pages_hold_every_intake_once_and_in_order(runtime: Runtime, professional: SignIn) -> None:
    await fill(runtime, *(intake(number) for number in range(130)))
    sanne = await professional("gemert")
    seen: list[dict[str, str]] = []
    after: str | None = None
    while True:
        page = (await sanne.get("/intakes", limit=20, **({"after": after} if after else {}))).json()
        seen += page["items"]
        after = page["next"]
        if after is None:
            break
        assert len(page["items"]) == 20
    assert len({item["reference"] for item in seen}) == 130
    order = [Urgency.CRISIS, Urgency.URGENT, Urgency.SOON, Urgency.NORMAL]
    assert seen == sorted(seen, key=lambda item: (order.index(Urgency(item["urgency"])), item["dueAt"], item["id"]))


async def test_next_page_is_right_when_the_queue_moves_meanwhile(runtime: Runtime, professional: SignIn) -> None:
    rows = [intake(number, urgency=Urgency.NORMAL, due_at=NOON + dt.timedelta(hours=number)) for number in range(6)]
    await fill(runtime, *rows)
    sanne = await professional("gemert")
    first = (await sanne.get("/intakes", limit=3)).json()
    await sanne.post(f"/intakes/{rows[2].id}/claim")
    await fill(runtime, intake(99, urgency=Urgency.CRISIS))
    second = (await sanne.get("/intakes", limit=3, after=first["next"])).json()
    assert [item["reference"] for item in second["items"]] == ["V-0003", "V-0004", "V-0005"]
    assert second["next"] is None


async def test_last_page_that_is_just_full_says_that_it_is_the_last(runtime: Runtime, professional: SignIn) -> None:
    await fill(runtime, *(intake(number) for number in range(4)))
    page = (await (await professional("gemert")).get("/intakes", limit=4)).json()
    assert (len(page["items"]), page["next"]) == (4, None)


@pytest.mark.parametrize(
    "after", ["x", "normal_yesterday_1", "enormous_20261125T110000.000000Z_7f9c24e8-3b12-4fef-91e0-4c1a9d1f2b3c"]
)
async def test_place_that_is_none_is_a_bad_request(professional: SignIn, after: str) -> None:
    assert (await (await professional("gemert")).get("/intakes", after=after)).status_code == 400


def test_place_is_written_and_read_back() -> None:
    place = Place(Urgency.SOON, NOON + dt.timedelta(microseconds=7), uuid.uuid4())
    assert Place.parse(str(place)) == place


@both_databases
async def test_counts_are_of_what_one_may_see(runtime: Runtime, professional: SignIn) -> None:
    await fill(runtime, *(intake(number) for number in range(5)), *(intake(n, team="best") for n in range(10, 13)))
    sanne, riet = await professional("gemert"), await professional(None, Role.COORDINATOR)
    admin = await professional(None, Role.ADMINISTRATOR)
    async with runtime.database.read() as session:
        counts = [
            await queues.count(session, await person_row(session, one), IntakeFilter(taken=False))
            for one in (sanne, riet, admin)
        ]
    assert counts == [5, 8, 0]


@both_databases
async def test_page_is_read_from_an_index_and_stays_without_the_story(
    runtime: Runtime, professional: SignIn, database_kind: str
) -> None:
    await fill(runtime, *(intake(number) for number in range(2000)))
    people = [await professional("gemert"), await professional(None, Role.COORDINATOR)]
    async with runtime.database.read() as session:
        if database_kind == POSTGRESQL:
            await session.execute(text("ANALYZE intakes"))
        for one in people:
            person = await person_row(session, one)
            with statements(runtime) as asked:
                rows, _ = await queues.queue(session, person, IntakeFilter(taken=False))
            # The work in the background asks other things meanwhile.
            asked = [one for one in asked if "FROM intakes" in one.statement]
            assert len(asked) <= len(Urgency)
            assert "summary" not in asked[0].statement
            index = "ix_intakes_waiting_of_team" if person.team else "ix_intakes_waiting"
            assert index in await plan(session, database_kind, asked[-1])
            assert len(rows) == 50


async def plan(session: AsyncSession, database_kind: str, asked: Asked) -> str:
    """How the database looks for what was asked."""
    explain = "EXPLAIN QUERY PLAN" if database_kind == SQLITE else "EXPLAIN"
    connection = await session.connection()
    return str((await connection.exec_driver_sql(f"{explain} {asked.statement}", asked.parameters)).all())


async def person_row(session: AsyncSession, somebody: Professional) -> Person:
    row = await session.get(Person, somebody.id)
    assert row is not None
    return row
