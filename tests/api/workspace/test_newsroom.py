"""One word of news costs the database the same few questions for fifty colleagues as for one, and nobody hears what is not theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, update

from api.dependencies import Runtime, cookie_name
from api.people.models import Person, Role
from api.people.sessions import hash_cookie
from api.workspace.newsroom import Newsroom
from tests.api.databases import both_databases
from tests.api.people_at_work import Professional, Resident, hand_over

SignsIn = Callable[..., Awaitable[Professional]]


@pytest.fixture
def room(runtime: Runtime) -> Newsroom:
    return Newsroom(runtime.database, runtime.settings)


def cookie(runtime: Runtime, person: Professional) -> str:
    return hash_cookie(person.client.cookies[cookie_name(runtime.settings)])


@contextmanager
def counting(runtime: Runtime) -> Iterator[list[str]]:
    asked: list[str] = []

    def count(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    engine = runtime.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    yield asked
    event.remove(engine, "before_cursor_execute", count)


@both_databases
async def test_thirty_colleagues_cost_no_more_than_one(
    room: Newsroom, runtime: Runtime, professional: SignsIn, resident: Resident
) -> None:
    await hand_over(resident, urgency="crisis")
    hashes = [cookie(runtime, await professional()) for _ in range(30)]
    with counting(runtime) as for_one:
        await room.look(hashes[0])
    with counting(runtime) as for_all:
        found = await asyncio.gather(*(room.look(one) for one in hashes))
    assert all(situation and len(situation.alarms) == 1 for situation in found)
    assert len(for_all) <= 2 * len(for_one), for_all  # who asked while a look had begun is answered by the next


@both_databases
async def test_everybody_hears_what_is_theirs(
    room: Newsroom, runtime: Runtime, professional: SignsIn, resident: Resident
) -> None:
    crisis = (await hand_over(resident, urgency="crisis")).json()
    other = (await hand_over(await Resident.arrive(resident.client))).json()
    sanne, mehmet = await professional(), await professional(team="best")
    riet = await professional(None, Role.COORDINATOR)
    wim, joris = await professional(role=Role.VOLUNTEER), await professional(None, Role.PRIVACY_OFFICER)
    await sanne.post(f"/intakes/{other['id']}/claim")
    people = (sanne, mehmet, riet, wim, joris)
    found = await asyncio.gather(*(room.look(cookie(runtime, person)) for person in people))
    heard = [[alarm.reference for alarm in one.alarms] if one else None for one in found]
    assert heard == [[crisis["reference"]], [], [crisis["reference"]], [], []]
    assert [list(one.conversations.values()) if one else None for one in found] == [[other["id"]], [], [], [], []]


async def test_who_may_no_longer_be_here_hears_nothing(
    room: Newsroom, runtime: Runtime, professional: SignsIn, resident: Resident
) -> None:
    await hand_over(resident, urgency="crisis")
    gone, new, out, stays = [await professional() for _ in range(4)]
    hashes = [cookie(runtime, person) for person in (gone, new, out, stays)]
    async with runtime.database.write() as session:
        await session.execute(update(Person).where(Person.id == gone.id).values(active=False))
        await session.execute(update(Person).where(Person.id == new.id).values(must_change_password=True))
    await out.client.delete("/api/v1/sessions/current", headers={"X-CSRF-Token": out.csrf})
    found = await asyncio.gather(*(room.look(one) for one in hashes))
    assert [situation is not None for situation in found] == [False, False, False, True]


async def test_database_that_is_away_is_said_to_each_and_the_next_look_goes_on(
    room: Newsroom, runtime: Runtime, professional: SignsIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = [cookie(runtime, await professional()) for _ in range(2)]
    with monkeypatch.context() as broken:
        broken.setattr(runtime.database, "read", lambda: (_ for _ in ()).throw(OSError("away")))
        found = await asyncio.gather(*(room.look(one) for one in hashes), return_exceptions=True)
    assert [type(one) for one in found] == [OSError, OSError]
    assert await room.look(hashes[0]) is not None
