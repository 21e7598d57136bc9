"""What is past its term goes, everywhere and with proof; what is still open or young stays; a dry run changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable

import pytest
import time_machine
from sqlalchemy import select, text

from api import clock
from api.dependencies import Runtime
from api.privacy.audit import verify
from api.privacy.models import AuditEvent
from api.rights import retention as nightly
from api.rights.models import RetentionRun
from api.rights.retention import Retention
from tests.api.conftest import FakeAssistant
from tests.api.databases import both_databases
from tests.api.people_at_work import Professional, Resident, hand_over
from tests.api.rights.conftest import until

SignsIn = Callable[..., Awaitable[Professional]]


@pytest.fixture
def retention(runtime: Runtime) -> Retention:
    return Retention(runtime.database, runtime.catalogue)


def days(number: int) -> time_machine.travel:
    """So many days from now, shortly after noon: the nightly run is not tested here."""
    return time_machine.travel(clock.now() + dt.timedelta(days=number))


async def count(runtime: Runtime, table: str) -> int:
    async with runtime.database.read() as session:
        return (await session.scalar(text(f'SELECT count(*) FROM "{table}"'))) or 0


@both_databases
async def test_conversation_without_a_question_goes_after_its_term(
    resident: Resident, assistant: FakeAssistant, runtime: Runtime, retention: Retention
) -> None:
    await resident.say("ik kijk alleen even, bel 0612345678")
    await resident.answered()
    term = runtime.catalogue.retention_days["conversations"]
    with days(term - 1):
        assert (await retention.run())["conversations"] == 0
    with days(term + 1):
        assert (await retention.run(dry=True))["conversations"] == 1
        assert await count(runtime, "messages") > 0
        assert (await retention.run())["conversations"] == 1
        assert (await retention.run())["conversations"] == 0
        assert [await count(runtime, table) for table in ("conversations", "messages", "vault_entries", "turns")] == [
            0
        ] * 4
        await until(lambda: resident.id in assistant.forgotten)


@both_databases
async def test_open_question_stays_and_a_closed_one_goes_by_its_own_terms(
    resident: Resident, runtime: Runtime, retention: Retention, professional: SignsIn
) -> None:
    intake = (await hand_over(resident)).json()["id"]
    terms = runtime.catalogue.retention_days
    with days(terms["intakes"] * 2):
        removed = await retention.run()
        assert (removed["intakes"], removed["conversations_handed_over"]) == (0, 0)
    sanne = await professional()
    await sanne.post(f"/intakes/{intake}/claim")
    await sanne.post(f"/intakes/{intake}/close", outcome="helped", note="klaar")
    with days(terms["conversations_handed_over"] + 1):
        removed = await retention.run()
        assert (removed["conversations_handed_over"], removed["intakes"]) == (1, 0)
        assert await count(runtime, "intakes") == 1
    with days(terms["intakes"] + 1):
        assert (await retention.run())["intakes"] == 1
        assert [await count(runtime, table) for table in ("intakes", "notes", "intake_events")] == [0] * 3
    async with runtime.database.read() as session:
        proof = (await session.scalars(select(AuditEvent).where(AuditEvent.verb == "expired"))).all()
    assert ("intake", intake) in [(line.object_kind, line.object_id) for line in proof]


@both_databases
async def test_audit_log_lets_go_of_its_front_and_stays_whole(
    resident: Resident, runtime: Runtime, retention: Retention
) -> None:
    await hand_over(resident)
    before = await count(runtime, "audit_events")
    with days(runtime.catalogue.retention_days["audit_log"] + 1):
        assert (await retention.run())["audit_log"] == before
        async with runtime.database.read() as session:
            verdict = await verify(session)
    assert verdict.problem is None
    assert verdict.lines > 0, "that lines went has a line"


async def test_every_night_once(runtime: Runtime, retention: Retention, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly, "HOUR", 3)
    await runtime.background.stop()
    local_noon = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
    with time_machine.travel(local_noon):
        async with runtime.database.write() as session:
            first = await retention._take(session, 1)
            assert (list(first), list(await retention._take(session, 1))) == ([dt.date(2026, 11, 27)], [])
        await retention._night(first[0])
    with time_machine.travel(local_noon + dt.timedelta(hours=13, minutes=30)):  # half past two at night
        async with runtime.database.write() as session:
            assert await retention._take(session, 1) == []
        async with runtime.database.read() as session:
            run = (await session.scalars(select(RetentionRun).where(RetentionRun.day == dt.date(2026, 11, 27)))).one()
    assert run.ended_at is not None
    assert set(run.removed) == set(runtime.catalogue.retention_days)


async def test_night_that_was_cut_short_is_taken_up_again(
    runtime: Runtime, retention: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "HOUR", 3)
    await runtime.background.stop()
    noon = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
    with time_machine.travel(noon):
        async with runtime.database.write() as session:
            assert await retention._take(session, 1)
    with time_machine.travel(noon + dt.timedelta(hours=3)):
        async with runtime.database.write() as session:
            assert await retention._take(session, 1)
