"""Who may no longer look sees nothing more: at the next question of a page that stands open, which comes within seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet

import pytest
from sqlalchemy import update

from api.conversations import sweep
from api.conversations.live import Listener
from api.dependencies import Runtime
from api.people.models import Person
from tests.api.people_at_work import Professional, Resident, hand_over

SignIn = Callable[..., Awaitable[Professional]]
FROM_PAGE = {"HX-Request": "true"}


async def test_deactivated_professional_is_cut_off_from_open_pages(
    runtime: Runtime, resident: Resident, professional: SignIn
) -> None:
    intake = (await hand_over(resident)).json()["id"]
    sanne = await professional()
    assert (await sanne.post(f"/intakes/{intake}/claim")).status_code == 200
    assert (await sanne.client.get("/werk/wachtrij", headers=FROM_PAGE)).status_code == 200

    async with runtime.database.write() as session:
        await session.execute(update(Person).where(Person.id == sanne.id).values(active=False))
    for path in ("/werk/wachtrij", "/werk", f"/werk/vragen/{intake}"):
        answer = await sanne.client.get(path, headers=FROM_PAGE)
        assert answer.headers.get("HX-Redirect") == "/werk/inloggen", path
        assert answer.text == ""
    assert (await sanne.get("/intakes")).status_code == 401
    assert (await sanne.get(f"/intakes/{intake}")).status_code == 401
    assert (await sanne.post(f"/intakes/{intake}/reply", text="hallo")).status_code == 401
    assert all(message["sender"] != "professional" for message in await resident.messages())


async def test_erased_conversation_ends_its_open_stream(resident: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, wait = asyncio.Event(), Listener.wait

    async def wait_and_say_so(listener: Listener, seconds: float) -> AbstractSet[str]:
        reading.set()
        return await wait(listener, seconds)

    monkeypatch.setattr(Listener, "wait", wait_and_say_so)
    stream = asyncio.create_task(resident.client.get(f"{resident.path}/events", headers=resident.headers))
    async with asyncio.timeout(4.5):  # sooner than a reader looks for itself
        await reading.wait()
        assert (await resident.client.delete(resident.path, headers=resident.headers)).status_code == 204
        response = await stream
    assert "geen mens" in response.text
    assert (await resident.client.get(f"{resident.path}/events", headers=resident.headers)).status_code == 404


async def test_news_that_nobody_told_is_found(
    runtime: Runtime, resident: Resident, professional: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = (await hand_over(resident)).json()["id"]
    sanne = await professional()
    assert (await sanne.post(f"/intakes/{intake}/claim")).status_code == 200
    last = (await resident.messages())[-1]["seq"]
    monkeypatch.setattr(sweep, "LOOK_AGAIN_SECONDS", 0.1)
    monkeypatch.setattr(runtime.live, "tell", lambda _: None)  # all news is lost on the way
    waiting = asyncio.create_task(resident.read(after=last, wait=25))
    await asyncio.sleep(0)
    assert (await sanne.post(f"/intakes/{intake}/reply", text="Dag")).status_code == 200
    assert [message["text"] for message in (await asyncio.wait_for(waiting, 20))["messages"]] == ["Dag"]
