"""The audit log: every deed and every reading has a line, no line holds content, and no line can be changed or taken out unseen."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from api.conversations.assistant import Reply
from api.dependencies import Runtime
from api.privacy import audit
from api.privacy.audit import Verb, verify
from api.privacy.models import AuditEvent, AuditHead
from tests.api.conftest import FakeAssistant
from tests.api.databases import both_databases
from tests.api.people_at_work import Professional, Resident, hand_over

SignsIn = Callable[..., Awaitable[Professional]]


async def lines(runtime: Runtime, kind: str = "intake") -> list[AuditEvent]:
    async with runtime.database.read() as session:
        rows = await session.scalars(select(AuditEvent).where(AuditEvent.object_kind == kind).order_by(AuditEvent.seq))
        return list(rows)


async def write_lines(runtime: Runtime, number: int) -> None:
    for _ in range(number):
        async with runtime.database.write() as session:
            audit.record(session, by=audit.SYSTEM, verb=Verb.READ, of=("intake", uuid.uuid4()))


async def problem(runtime: Runtime, expected: tuple[int, str] | None = None) -> str | None:
    async with runtime.database.read() as session:
        return (await verify(session, expected)).problem


@both_databases
async def test_every_deed_and_every_reading_has_a_line(
    resident: Resident, professional: SignsIn, runtime: Runtime
) -> None:
    made = await hand_over(resident)
    sanne, intake = await professional(), made.json()["id"]
    for action, body in (
        ("claim", {}),
        ("reply", {"text": "Dag"}),
        ("notes", {"text": "Belt terug"}),
        ("service", {"service": "thuisadministratie"}),
        ("close", {"outcome": "helped"}),
    ):
        assert (await sanne.post(f"/intakes/{intake}/{action}", **body)).status_code == 200
    assert (await sanne.get(f"/intakes/{intake}")).status_code == 200
    assert (await sanne.client.get(f"/werk/vragen/{intake}")).status_code == 200
    found = [line for line in await lines(runtime) if line.object_id == intake]
    assert [(line.actor == str(sanne.id), line.verb) for line in found] == [
        (False, "created"),
        *((True, verb) for verb in ("claimed", "replied", "noted", "corrected", "closed", "read", "read")),
    ]
    assert [(line.changed_from, line.changed_to) for line in found if line.verb == "closed"] == [
        ("in_progress", "closed")
    ]
    assert all(line.request_id for line in found)
    assert await problem(runtime) is None


async def test_polling_for_news_is_not_reading_again(
    resident: Resident, professional: SignsIn, runtime: Runtime
) -> None:
    made = await hand_over(resident)
    sanne, intake = await professional(), made.json()["id"]
    await sanne.post(f"/intakes/{intake}/claim")
    await sanne.client.get(f"/werk/vragen/{intake}/nieuws")
    assert [line.verb for line in await lines(runtime)] == ["created", "claimed"]


async def test_colleague_who_sees_the_queue_fields_has_read_nothing(
    resident: Resident, professional: SignsIn, runtime: Runtime
) -> None:
    made = await hand_over(resident)
    sanne, colleague = await professional(), await professional()
    await sanne.post(f"/intakes/{made.json()['id']}/claim")
    assert (await colleague.client.get(f"/werk/vragen/{made.json()['id']}")).status_code == 200
    assert "read" not in [line.verb for line in await lines(runtime)]


async def test_no_line_holds_what_was_said(
    resident: Resident, assistant: FakeAssistant, professional: SignsIn, runtime: Runtime
) -> None:
    assistant.answer = lambda text: [Reply(text)]
    await resident.say("Mijn man slaat mij, bel 0612345678")
    await resident.answered()
    made = await hand_over(resident, summary="Geweld thuis", place="Gemert")
    sanne = await professional()
    await sanne.post(f"/intakes/{made.json()['id']}/claim")
    await sanne.post(f"/intakes/{made.json()['id']}/reply", text="Ik bel u")
    async with runtime.database.read() as session:
        kept = str((await session.execute(text("SELECT * FROM audit_events"))).all())
    for said in ("slaat", "0612345678", "Geweld", "Gemert", "Ik bel u"):
        assert said not in kept


async def test_reason_is_redacted_and_encrypted(runtime: Runtime) -> None:
    async with runtime.database.write() as session:
        audit.record(
            session, by=uuid.uuid4(), verb=Verb.BROKE_GLASS, of=("intake", "x"), reason="klacht, belde op 06-12345678"
        )
    async with runtime.database.read() as session:
        assert (await session.scalars(select(AuditEvent.reason))).one() == "klacht, belde op ⟨telefoon-1⟩"
        assert "klacht" not in str((await session.execute(text("SELECT reason FROM audit_events"))).one())
    assert await problem(runtime) is None


@both_databases
async def test_what_is_undone_has_no_line(runtime: Runtime) -> None:
    with pytest.raises(RuntimeError):
        async with runtime.database.write() as session:
            audit.record(session, by=audit.SYSTEM, verb=Verb.READ, of=("intake", "lost"))
            raise RuntimeError
    async with runtime.database.write() as session:
        audit.record(session, by=audit.SYSTEM, verb=Verb.READ, of=("intake", "kept"))
        with pytest.raises(RuntimeError):
            async with session.begin_nested():
                audit.record(session, by=audit.SYSTEM, verb=Verb.READ, of=("intake", "undone"))
                async with session.begin_nested():
                    audit.record(session, by=audit.SYSTEM, verb=Verb.READ, of=("intake", "undone with it"))
                raise RuntimeError
        async with session.begin_nested():
            audit.record(session, by=audit.SYSTEM, verb=Verb.READ, of=("intake", "kept too"))
    assert [line.object_id for line in await lines(runtime)] == ["kept", "kept too"]
    assert await problem(runtime) is None


@both_databases
async def test_writers_at_the_same_moment_make_one_chain(runtime: Runtime) -> None:
    async with asyncio.timeout(60):
        await asyncio.gather(*(write_lines(runtime, 4) for _ in range(12)))
    assert [line.seq for line in await lines(runtime)] == list(range(1, 49))
    assert await problem(runtime) is None


@both_databases
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET verb = 'created' WHERE seq = 2",
        "UPDATE audit_events SET actor = 'system', at = at WHERE seq = 2",
        "DELETE FROM audit_events WHERE seq = 2",
        "DELETE FROM audit_events",
    ],
)
async def test_database_refuses_to_change_a_line(runtime: Runtime, statement: str) -> None:
    await write_lines(runtime, 3)
    with pytest.raises(DBAPIError, match="the audit log only grows"):
        async with runtime.database.write() as session:
            await session.execute(text(statement))
    assert await problem(runtime) is None


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE audit_events SET verb = 'created' WHERE seq = 3", "line 3 was changed"),
        ("UPDATE audit_events SET actor = 'resident' WHERE seq = 3", "line 3 was changed"),
        ("UPDATE audit_events SET at = '2020-01-01 00:00:00.000000' WHERE seq = 3", "line 3 was changed"),
        ("UPDATE audit_events SET hash = previous WHERE seq = 3", "line 3 was changed"),
        ("DELETE FROM audit_events WHERE seq = 3", "line 3 is missing"),
        ("DELETE FROM audit_events WHERE seq = 5", "the last lines are gone"),
        ("UPDATE audit_head SET start_seq = 2", "line 3 does not follow"),
    ],
)
async def test_what_was_changed_behind_our_back_is_seen(runtime: Runtime, damage: str, words: str) -> None:
    await write_lines(runtime, 5)
    async with runtime.database.write() as session:
        # As somebody would who owns the database.
        await session.execute(text("DROP TRIGGER audit_events_fixed"))
        await session.execute(text("DROP TRIGGER audit_events_kept"))
        await session.execute(text(damage))
    assert words in str(await problem(runtime))


async def test_chain_that_was_cut_and_closed_again_is_seen_by_an_end_kept_elsewhere(runtime: Runtime) -> None:
    await write_lines(runtime, 5)
    async with runtime.database.read() as session:
        before = await verify(session)
    async with runtime.database.write() as session:
        await session.execute(text("DROP TRIGGER audit_events_kept"))
        head = (await session.scalars(select(AuditHead))).one()
        head.seq, head.hash = 4, (await session.scalars(select(AuditEvent.hash).where(AuditEvent.seq == 4))).one()
        await session.execute(text("DELETE FROM audit_events WHERE seq = 5"))
    assert await problem(runtime) is None
    assert "kept elsewhere" in str(await problem(runtime, (before.seq, before.hash)))
    await write_lines(runtime, 3)
    assert "kept elsewhere" in str(await problem(runtime, (before.seq, before.hash)))


async def test_chain_made_with_another_key_is_seen(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    await write_lines(runtime, 2)
    monkeypatch.setattr(audit, "_key", b"of somebody who can write in the database")
    assert "line 1 was changed" in str(await problem(runtime))
