"""Access ends with the help: who closed a question reads what was said until then, and nothing that came later."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select

from api.dependencies import Runtime
from api.intakes.models import ServiceCorrection
from api.intakes.repository import find
from api.intakes.service import Intakes
from api.people.models import Person, Role
from tests.api.people_at_work import Professional, Resident, hand_over

SignIn = Callable[..., Awaitable[Professional]]
NOTE = {"note": "De afspraak ging niet door."}


async def closed(resident: Resident, sanne: Professional) -> str:
    """The path of a question that Sanne has closed."""
    path = f"/intakes/{(await hand_over(resident)).json()['id']}"
    await sanne.post(f"{path}/claim")
    await sanne.post(f"{path}/reply", text="Tot dinsdag!")
    assert (await sanne.post(f"{path}/close", outcome="helped")).status_code == 200
    return path


async def read_by(runtime: Runtime, sanne: Professional, path: str) -> list[str]:
    """What the page of the question would show to Sanne."""
    import uuid

    async with runtime.database.read() as session:
        person = await session.get(Person, sanne.id)
        assert person is not None
        intake = await find(session, person, uuid.UUID(path.rpartition("/")[2]))
        assert intake is not None
        rows = await Intakes(session, runtime.catalogue, runtime.live).messages(intake)
        return [row.text for row in rows]


async def test_who_closed_it_reads_nothing_that_is_said_later(
    resident: Resident, professional: SignIn, runtime: Runtime
) -> None:
    sanne = await professional("gemert", name="Sanne")
    path = await closed(resident, sanne)
    await resident.say("Nu iets heel anders, niet voor Sanne.")
    texts = await read_by(runtime, sanne, path)
    assert "Tot dinsdag!" in texts
    assert texts[-1].startswith("Sanne heeft uw vraag afgesloten")
    assert not [text for text in texts if "niet voor Sanne" in text]


async def test_reopening_by_who_closed_it_goes_on_with_a_reason(
    resident: Resident, professional: SignIn, runtime: Runtime
) -> None:
    sanne = await professional("gemert", name="Sanne")
    path = await closed(resident, sanne)
    assert (await sanne.post(f"{path}/reopen", note=" ")).status_code == 400
    assert (await sanne.post(f"{path}/reopen", **NOTE)).status_code == 200
    whole: dict[str, Any] = (await sanne.get(path)).json()
    assert (whole["status"], whole["outcome"]) == ("claimed", None)
    assert whole["notes"][-1]["text"] == NOTE["note"]
    page = await resident.read()
    assert page["owner"] == "professional"
    assert page["messages"][-1]["text"] == "Sanne heeft uw vraag weer geopend en helpt u verder."


async def test_coordinator_puts_it_back_in_the_queue_without_reading_it(
    resident: Resident, professional: SignIn
) -> None:
    sanne, riet = await professional("gemert", name="Sanne"), await professional(None, Role.COORDINATOR, name="Riet")
    path = await closed(resident, sanne)
    reopened = await riet.post(f"{path}/reopen", **NOTE)
    assert (reopened.status_code, reopened.json()["status"]) == (200, "new")
    assert "huur" not in reopened.text
    assert (await riet.get(path)).status_code == 403
    assert (await sanne.get(path)).status_code == 403
    assert (await resident.read())["owner"] == "waiting"


async def test_colleague_cannot_reopen_what_another_closed(resident: Resident, professional: SignIn) -> None:
    sanne, fatima = await professional("gemert"), await professional("gemert", name="Fatima")
    path = await closed(resident, sanne)
    assert (await fatima.post(f"{path}/reopen", **NOTE)).status_code == 403


async def test_erased_question_cannot_be_reopened(resident: Resident, professional: SignIn) -> None:
    sanne, riet = await professional("gemert"), await professional(None, Role.COORDINATOR)
    path = await closed(resident, sanne)
    assert (await resident.client.delete(resident.path, headers=resident.headers)).status_code == 204
    assert (await riet.post(f"{path}/reopen", **NOTE)).status_code == 409


async def test_who_helps_sees_why_it_presses_for_whom_it_is_and_what_else_was_asked(
    resident: Resident, professional: SignIn
) -> None:
    sanne = await professional("gemert")
    other = (await hand_over(resident, service="taalhuis", key="first question")).json()
    facts = {"threat": "eviction", "onBehalfOf": "other", "canWait": "later"}
    made = await hand_over(resident, facts=facts, concerns={"relation": "mijn moeder"})
    assert made.json()["urgency"] == "urgent"
    assert "moeder" not in made.text
    assert "Huisuitzetting" not in (await sanne.get("/intakes")).text, "the reason is not for the queue"
    whole = (await sanne.post(f"/intakes/{made.json()['id']}/claim")).json()
    assert whole["reasons"][0].startswith("Huisuitzetting dreigt.")
    assert whole["facts"] == facts
    assert whole["concerns"] == {"name": None, "relation": "mijn moeder"}
    assert [one["reference"] for one in whole["related"]] == [other["reference"]]


async def test_corrected_service_is_kept_as_a_mistake_to_learn_from_and_gets_its_own_term(
    resident: Resident, professional: SignIn, runtime: Runtime
) -> None:
    sanne = await professional("gemert")
    path = f"/intakes/{(await hand_over(resident, service='taalhuis')).json()['id']}"
    before = (await sanne.post(f"{path}/claim")).json()
    after = (await sanne.post(f"{path}/service", service="wvggz")).json()
    assert before["legalDueAt"] is None
    assert after["legalDueAt"] is not None
    async with runtime.database.read() as session:
        (row,) = (await session.scalars(select(ServiceCorrection))).all()
    assert (row.heard, row.right, row.language) == ("taalhuis", "wvggz", "nl")
