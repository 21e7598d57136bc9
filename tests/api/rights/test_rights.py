"""What a resident may ask: see, take along, correct, erase; with the token, or with the reference by the professional who helps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable

import time_machine
from sqlalchemy import text

from api import clock
from api.conversations.assistant import Reply
from api.dependencies import Runtime
from api.privacy.rotation import encrypted_columns
from tests.api.conftest import FakeAssistant
from tests.api.databases import both_databases
from tests.api.people_at_work import Professional, Resident, hand_over
from tests.api.rights.conftest import until

SignsIn = Callable[..., Awaitable[Professional]]
KEPT = {
    "people",
    "audit_events",
    "audit_head",
    "alembic_version",
    "sign_ins",
    "forgettings",
    "notices",
    "retention_runs",
}


async def a_whole_story(resident: Resident, assistant: FakeAssistant) -> str:
    """A conversation with a vault, feedback and an intake; gives the id of the intake."""
    assistant.answer = lambda said: [Reply(f"Ik hoorde: {said}")]
    await resident.say("Ik ben Truus Bakker, bel 06-12345678 of mail truus@inwoner.example")
    await resident.answered()
    feedback = {"score": 5, "text": "fijn"}
    await resident.client.post(f"{resident.path}/feedback", headers=resident.headers, json=feedback)
    contact = {"name": "⟨naam-1⟩", "phone": "⟨telefoon-1⟩"}
    return str((await hand_over(resident, contact=contact)).json()["id"])


async def rows(runtime: Runtime) -> dict[str, int]:
    """How many rows every table has, but those that hold nothing of a resident."""
    async with runtime.database.read() as session:
        tables = {table.name for table, _ in encrypted_columns()} | {
            "conversations",
            "turns",
            "owner_changes",
            "intake_events",
        }
        return {
            name: (await session.scalar(text(f'SELECT count(*) FROM "{name}"'))) or 0 for name in sorted(tables - KEPT)
        }


async def test_resident_takes_everything_along(
    resident: Resident, assistant: FakeAssistant, professional: SignsIn
) -> None:
    intake, sanne = await a_whole_story(resident, assistant), await professional()
    await sanne.post(f"/intakes/{intake}/claim")
    await sanne.get(f"/intakes/{intake}")
    answer = await resident.client.get(f"{resident.path}/export", headers=resident.headers)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    data = answer.json()
    assert data["intakes"][0]["contact"]["name"] == "Truus Bakker"
    assert {"kind": "phone", "value": "06-12345678"} in data["conversation"]["keptApart"]
    assert data["conversation"]["feedback"][0]["text"] == "fijn"
    assert ("read", "Sanne de Wit") in [(line["what"], line["who"]) for line in data["readAndChangedBy"]]
    stranger = await resident.client.get(f"{resident.path}/export", headers={"Authorization": "Bearer x"})
    assert stranger.status_code == 404


async def test_resident_corrects_how_to_be_reached(
    resident: Resident, assistant: FakeAssistant, professional: SignsIn
) -> None:
    intake, sanne = await a_whole_story(resident, assistant), await professional()
    await sanne.post(f"/intakes/{intake}/claim")
    body = {"contact": {"phone": "0687654321"}}
    answer = await resident.client.patch(f"{resident.path}/intake", headers=resident.headers, json=body)
    assert answer.status_code == 200, answer.text
    contact = (await sanne.get(f"/intakes/{intake}")).json()["contact"]
    assert (contact["phone"], contact["name"]) == ("0687654321", "Truus Bakker")
    history = (await sanne.get(f"/intakes/{intake}")).json()["history"]
    assert history[-1]["detail"] == "phone"
    await sanne.post(f"/intakes/{intake}/close", outcome="helped")
    late = await resident.client.patch(f"{resident.path}/intake", headers=resident.headers, json=body)
    assert late.status_code == 409


@both_databases
async def test_erasing_leaves_nothing_in_any_table(
    resident: Resident, assistant: FakeAssistant, runtime: Runtime, professional: SignsIn
) -> None:
    intake, sanne = await a_whole_story(resident, assistant), await professional()
    await sanne.post(f"/intakes/{intake}/claim")
    await sanne.post(f"/intakes/{intake}/notes", text="belt terug")
    before = await rows(runtime)
    assert all(before[name] for name in ("messages", "vault_entries", "feedback", "notes", "intakes"))
    erased = await sanne.post(f"/intakes/{intake}/erasure", reason="vroeg het zelf, aan de balie")
    assert erased.status_code == 204
    assert {name: number for name, number in (await rows(runtime)).items() if number} == {}
    await until(lambda: assistant.forgotten == [resident.id])
    assert (await resident.client.get(f"{resident.path}/messages", headers=resident.headers)).status_code == 404


async def test_only_the_one_who_helps_erases_and_exports(
    resident: Resident, assistant: FakeAssistant, professional: SignsIn
) -> None:
    intake, sanne, other = await a_whole_story(resident, assistant), await professional(), await professional()
    await sanne.post(f"/intakes/{intake}/claim")
    assert (await other.get(f"/intakes/{intake}/export")).status_code == 403
    assert (await other.post(f"/intakes/{intake}/erasure", reason="nieuwsgierig")).status_code == 403
    assert (await sanne.get(f"/intakes/{intake}/export")).json()["intakes"][0]["id"] == intake


async def test_assistant_that_is_down_forgets_later(
    resident: Resident, assistant: FakeAssistant, runtime: Runtime
) -> None:
    await resident.say("vergeet mij")
    await resident.answered()
    assistant.down = True
    assert (await resident.client.delete(resident.path, headers=resident.headers)).status_code == 204
    assert (await resident.client.get(f"{resident.path}/messages", headers=resident.headers)).status_code == 404

    async def waiting() -> int:
        async with runtime.database.read() as session:
            return (await session.scalar(text("SELECT attempts FROM forgettings"))) or 0

    while not await waiting():
        pass
    assistant.down = False
    with time_machine.travel(clock.now() + dt.timedelta(minutes=5)):
        await until(lambda: assistant.forgotten)
    assert assistant.forgotten[0] == resident.id


async def test_what_a_late_turn_writes_is_forgotten_too(resident: Resident, assistant: FakeAssistant) -> None:
    await resident.client.delete(resident.path, headers=resident.headers)
    await until(lambda: len(assistant.forgotten) == 1)
    with time_machine.travel(clock.now() + dt.timedelta(minutes=5)):
        await until(lambda: len(assistant.forgotten) == 2)
