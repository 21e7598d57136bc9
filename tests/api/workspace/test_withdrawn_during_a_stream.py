"""Who loses a right while a stream is open hears nothing more: not from the next look, but from the moment it was taken away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from typing import Any

import httpx
import pytest
from fastapi.sse import ServerSentEvent
from sqlalchemy import func, select

from api.conversations.live import Listener
from api.conversations.models import Message
from api.dependencies import Runtime
from api.intakes.models import Intake
from api.people.models import Role
from api.workspace import news
from tests.api.databases import both_databases
from tests.api.people_at_work import PASSWORD, Professional, Resident, hand_over

SignsIn = Callable[..., Awaitable[Professional]]
PATIENCE_SECONDS = 60


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> asyncio.Semaphore:
    """Each time a stream has said what it knew and waits, one more."""
    waiting, wait = asyncio.Semaphore(0), Listener.wait

    async def wait_and_say_so(listener: Listener, seconds: float) -> AbstractSet[str]:
        waiting.release()
        return await wait(listener, seconds)

    monkeypatch.setattr(Listener, "wait", wait_and_say_so)
    return waiting


def events(response: httpx.Response) -> list[str]:
    return [line.removeprefix("event: ") for line in response.text.splitlines() if line.startswith("event:")]


async def reset_password(admin: Professional, sanne: Professional) -> httpx.Response:
    return await admin.post(f"/people/{sanne.id}/password-reset")


async def out_of_work(admin: Professional, sanne: Professional) -> httpx.Response:
    return await change(admin, sanne, active=False)


async def another_role(admin: Professional, sanne: Professional) -> httpx.Response:
    return await change(admin, sanne, role="coordinator", team=None)


async def another_team(admin: Professional, sanne: Professional) -> httpx.Response:
    return await change(admin, sanne, role="professional", team="best")


async def signed_out_elsewhere(admin: Professional, sanne: Professional) -> httpx.Response:
    transport = sanne.client._transport
    async with httpx.AsyncClient(transport=transport, base_url="http://voordeur.test") as other:
        signed_in = await other.post("/api/v1/sessions", json={"email": sanne.email, "password": PASSWORD})
        headers = {"X-CSRF-Token": signed_in.json()["csrfToken"]}
        items = (await other.get("/api/v1/sessions")).json()["items"]
        first = [item["id"] for item in items if not item["current"]]
        return await other.delete(f"/api/v1/sessions/{first[0]}", headers=headers)


async def new_password_elsewhere(admin: Professional, sanne: Professional) -> httpx.Response:
    transport = sanne.client._transport
    async with httpx.AsyncClient(transport=transport, base_url="http://voordeur.test") as other:
        signed_in = await other.post("/api/v1/sessions", json={"email": sanne.email, "password": PASSWORD})
        headers = {"X-CSRF-Token": signed_in.json()["csrfToken"]}
        body = {"current": PASSWORD, "new": "een heel ander lang wachtwoord"}
        return await other.post("/api/v1/people/me/password", json=body, headers=headers)


async def change(admin: Professional, sanne: Professional, **body: Any) -> httpx.Response:
    headers = {"X-CSRF-Token": admin.csrf}
    return await admin.client.patch(f"/api/v1/people/{sanne.id}", json=body, headers=headers)


@both_databases
@pytest.mark.parametrize(
    "taken_away",
    [out_of_work, another_role, another_team, reset_password, signed_out_elsewhere, new_password_elsewhere],
)
async def test_news_ends_for_who_may_no_longer_be_here(
    taken_away: Callable[[Professional, Professional], Awaitable[httpx.Response]],
    professional: SignsIn,
    resident: Resident,
    reading: asyncio.Semaphore,
) -> None:
    sanne, admin = await professional(), await professional(None, Role.ADMINISTRATOR)
    stream = asyncio.create_task(sanne.client.get("/werk/nieuws"))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await reading.acquire()
        assert (await taken_away(admin, sanne)).status_code < 300
        # What wakes the stream is the very thing that is no longer this person's to hear.
        crisis = (await hand_over(resident, urgency="crisis")).json()
        response = await stream
    assert events(response)[-1] == "uit"
    assert crisis["reference"] not in response.text
    assert crisis["id"] not in response.text


@both_databases
@pytest.mark.parametrize("how", ["release", "transfer", "close"])
async def test_conversation_that_is_no_longer_mine_is_not_told_of(
    how: str,
    professional: SignsIn,
    resident: Resident,
    reading: asyncio.Semaphore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str | None] = []

    def remember(**said: Any) -> ServerSentEvent:
        told.append(said["event"])
        return ServerSentEvent(**said)

    monkeypatch.setattr(news, "ServerSentEvent", remember)
    sanne, receiver = await professional(), await professional("best")
    intake = (await hand_over(resident)).json()["id"]
    await sanne.post(f"/intakes/{intake}/claim")
    stream = asyncio.create_task(sanne.client.get("/werk/nieuws"))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await reading.acquire()
        await resident.say("dit is nog voor u")
        while "gesprek" not in told:
            await reading.acquire()
        body = {"transfer": {"team": "best", "note": "hoort bij u"}, "close": {"outcome": "helped"}}.get(how, {})
        assert (await sanne.post(f"/intakes/{intake}/{how}", **body)).status_code in {200, 204}
        if how == "transfer":
            assert (await receiver.post(f"/intakes/{intake}/claim")).status_code == 200
        # Another question: once that is told, the stream has looked after the deed.
        looked = told.count("wachtrij")
        await hand_over(await Resident.arrive(resident.client))
        while told.count("wachtrij") <= looked:
            await reading.acquire()
        told.clear()
        await resident.say("dit is niet meer voor u")
        await resident.answered()
        await sanne.client.delete("/api/v1/sessions/current", headers={"X-CSRF-Token": sanne.csrf})
        await hand_over(await Resident.arrive(resident.client))  # wakes it, so that it sees that it is over
        await stream
    assert "gesprek" not in told
    assert told[-1] == "uit"


@both_databases
async def test_story_closes_with_the_share_and_with_the_glass(
    professional: SignsIn, resident: Resident, runtime: Runtime
) -> None:
    sanne, riet = await professional(), await professional(None, Role.COORDINATOR)
    vera = await professional(role=Role.VOLUNTEER)
    intake = (await hand_over(resident)).json()["id"]
    await sanne.post(f"/intakes/{intake}/claim")
    await riet.post(f"/intakes/{intake}/shares", personId=str(vera.id))
    asked = [asyncio.create_task(vera.get(f"/intakes/{intake}")) for _ in range(10)]
    headers = {"X-CSRF-Token": riet.csrf}
    taken = await riet.client.delete(f"/api/v1/intakes/{intake}/shares/{vera.id}", headers=headers)
    assert taken.status_code == 204
    assert {answer.status_code for answer in await asyncio.gather(*asked)} <= {200, 404}
    assert (await vera.get(f"/intakes/{intake}")).status_code == 404
    assert (await vera.get("/intakes")).json()["items"] == []


@both_databases
async def test_answers_that_cross_an_erasure_leave_nothing(
    professional: SignsIn, client: httpx.AsyncClient, runtime: Runtime
) -> None:
    sanne = await professional()
    for _ in range(4):
        resident = await Resident.arrive(client)
        intake = (await hand_over(resident)).json()["id"]
        await sanne.post(f"/intakes/{intake}/claim")
        answers = await asyncio.gather(
            sanne.post(f"/intakes/{intake}/reply", text="Dag, ik bel u."),
            resident.post(text="nog een ding"),
            resident.client.delete(resident.path, headers=resident.headers),
            sanne.post(f"/intakes/{intake}/notes", text="belt terug"),
            resident.client.get(f"{resident.path}/messages", headers=resident.headers, params={"wait": 5}),
        )
        assert answers[2].status_code == 204
        assert all(answer.status_code < 500 for answer in answers), [answer.text for answer in answers]
        async with runtime.database.read() as session:
            of_this = select(func.count()).select_from(Message).where(Message.conversation_id == resident.id)
            assert await session.scalar(of_this) == 0
            stories = await session.scalars(select(Intake.summary).where(Intake.conversation_id == resident.id))
            assert [story for story in stories if story] == []
