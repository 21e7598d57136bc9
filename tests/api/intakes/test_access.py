"""Who reads a story without helping: a volunteer to whom it was given, and who breaks the glass; everybody else does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable

import time_machine
from sqlalchemy import update

from api import clock
from api.dependencies import Runtime
from api.intakes.access import GLASS_MINUTES
from api.people.models import Person, Role
from tests.api.people_at_work import Professional, Resident, hand_over

SignsIn = Callable[..., Awaitable[Professional]]
REASON = "inwoner in nood, collega is ziek"


async def claimed(resident: Resident, professional: SignsIn) -> str:
    made, sanne = await hand_over(resident), await professional()
    intake = str(made.json()["id"])
    await sanne.post(f"/intakes/{intake}/claim")
    return intake


async def test_glass_opens_the_story_for_an_hour_and_the_privacy_officer_sees_it(
    resident: Resident, professional: SignsIn
) -> None:
    intake = await claimed(resident, professional)
    colleague, officer = await professional(), await professional(team=None, role=Role.PRIVACY_OFFICER)
    assert (await colleague.get(f"/intakes/{intake}")).status_code == 403
    assert (await colleague.post(f"/intakes/{intake}/break-glass", reason="kort")).status_code == 400
    assert (await colleague.post(f"/intakes/{intake}/break-glass", reason=REASON)).status_code == 204
    assert (await colleague.get(f"/intakes/{intake}")).json()["summary"]
    assert (await colleague.post(f"/intakes/{intake}/reply", text="hallo")).status_code == 403, "reading only"
    with time_machine.travel(clock.now() + dt.timedelta(minutes=GLASS_MINUTES - 10)):
        assert (await colleague.get(f"/intakes/{intake}")).status_code == 200
    with time_machine.travel(clock.now() + dt.timedelta(minutes=GLASS_MINUTES + 1)):
        assert (await colleague.get(f"/intakes/{intake}")).status_code == 403
    lines = (await officer.get("/audit", verb="broke_glass")).json()["items"]
    assert [(line["actor"], line["objectId"], line["reason"]) for line in lines] == [
        (str(colleague.id), intake, REASON)
    ]
    assert (await officer.get(f"/intakes/{intake}")).status_code == 404


async def test_glass_of_another_team_stays_closed(resident: Resident, professional: SignsIn) -> None:
    intake, stranger = await claimed(resident, professional), await professional(team="best")
    assert (await stranger.post(f"/intakes/{intake}/break-glass", reason=REASON)).status_code == 404


async def test_volunteer_sees_only_what_a_coordinator_shares(resident: Resident, professional: SignsIn) -> None:
    intake = await claimed(resident, professional)
    other = await Resident.arrive(resident.client)
    await hand_over(other)
    volunteer, coordinator = (
        await professional(role=Role.VOLUNTEER),
        await professional(team=None, role=Role.COORDINATOR),
    )
    assert (await volunteer.get("/intakes")).json()["items"] == []
    assert (await volunteer.get(f"/intakes/{intake}")).status_code == 404
    assert (await coordinator.post(f"/intakes/{intake}/shares", personId=str(volunteer.id))).status_code == 204
    assert [item["id"] for item in (await volunteer.get("/intakes")).json()["items"]] == [intake]
    assert (await volunteer.get(f"/intakes/{intake}")).status_code == 200
    for action, body in (("reply", {"text": "x"}), ("close", {"outcome": "helped"}), ("claim", {})):
        assert (await volunteer.post(f"/intakes/{intake}/{action}", **body)).status_code == 403
    path = f"/api/v1/intakes/{intake}/shares/{volunteer.id}"
    assert (await coordinator.client.delete(path, headers={"X-CSRF-Token": coordinator.csrf})).status_code == 204
    assert (await volunteer.get(f"/intakes/{intake}")).status_code == 404
    assert (await volunteer.get("/intakes")).json()["items"] == []


async def test_only_a_coordinator_shares_and_only_with_a_volunteer(
    resident: Resident, professional: SignsIn, runtime: Runtime
) -> None:
    intake = await claimed(resident, professional)
    volunteer, colleague = await professional(role=Role.VOLUNTEER), await professional()
    coordinator = await professional(team=None, role=Role.COORDINATOR)
    assert (await colleague.post(f"/intakes/{intake}/shares", personId=str(volunteer.id))).status_code == 403
    assert (await coordinator.post(f"/intakes/{intake}/shares", personId=str(colleague.id))).status_code == 400
    async with runtime.database.write() as session:
        await session.execute(update(Person).where(Person.id == volunteer.id).values(active=False))
    assert (await coordinator.post(f"/intakes/{intake}/shares", personId=str(volunteer.id))).status_code == 400


async def test_audit_log_is_for_the_privacy_officer(resident: Resident, professional: SignsIn) -> None:
    officer = await professional(team=None, role=Role.PRIVACY_OFFICER)
    await claimed(resident, professional)
    assert (await officer.get("/audit/verification")).json()["whole"] is True
    first = (await officer.get("/audit", limit=1)).json()["items"]
    assert len(first) == 1
    older = (await officer.get("/audit", before=first[0]["seq"])).json()["items"]
    assert all(line["seq"] < first[0]["seq"] for line in older)
    for role in (Role.PROFESSIONAL, Role.COORDINATOR, Role.VOLUNTEER, Role.ADMINISTRATOR):
        team = "gemert" if role in {Role.PROFESSIONAL, Role.VOLUNTEER} else None
        someone = await professional(team=team, role=role)
        for path in ("/audit", "/audit/verification"):
            assert (await someone.get(path)).status_code == 403


async def test_messages_open_with_the_story_and_reading_them_is_logged(
    resident: Resident, professional: SignsIn
) -> None:
    intake = await claimed(resident, professional)
    colleague, officer = await professional(), await professional(team=None, role=Role.PRIVACY_OFFICER)
    path = f"/intakes/{intake}/messages"
    assert (await colleague.get(path)).status_code == 403
    await colleague.post(f"/intakes/{intake}/break-glass", reason=REASON)
    assert (await colleague.get(path)).json()["messages"]
    lines = (await officer.get("/audit", verb="read")).json()["items"]
    assert (str(colleague.id), intake) in [(line["actor"], line["objectId"]) for line in lines]


async def test_messages_after_the_closing_are_not_shown(resident: Resident, professional: SignsIn) -> None:
    made, sanne = await hand_over(resident), await professional()
    intake = str(made.json()["id"])
    await sanne.post(f"/intakes/{intake}/claim")
    await resident.say("dit is voor Sanne")
    await sanne.post(f"/intakes/{intake}/close", outcome="helped")
    await resident.say("dit is van later")
    page = (await sanne.get(f"/intakes/{intake}/messages")).json()
    texts = [message["text"] for message in page["messages"]]
    assert "dit is voor Sanne" in texts
    assert "dit is van later" not in texts
