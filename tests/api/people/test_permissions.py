"""The table of permissions, cell by cell, over HTTP."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.people.models import Role
from api.people.permissions import Line, as_text, permissions
from tests.api.people_at_work import Professional, Resident, hand_over

SignsIn = Callable[..., Awaitable[Professional]]
BODIES: dict[str, dict[str, Any]] = {
    "reply": {"text": "Dag"},
    "notes": {"text": "Belt terug"},
    "close": {"outcome": "helped"},
    "refer": {"organisation": {"name": "De Uitdaging", "phone": "0492 00 00 10"}},
    "service": {"service": "thuisadministratie"},
    "erasure": {"reason": "vroeg het zelf"},
    "break-glass": {"reason": "inwoner in nood, collega ziek"},
    "reopen": {"note": "het speelt weer"},
    "transfer": {"team": "best", "note": "hoort bij u"},
    "people": {"email": "x@voordeur.example", "name": "X", "role": "coordinator"},
}
STATUSES = {"yes": {200, 201, 204}, "no": {303, 401, 403}, "hidden": {404}}
PAGES = ("/werk", "/inzicht")
PATIENCE_SECONDS, SILENCE_SECONDS = 60, 1


@pytest.mark.parametrize("line", permissions(), ids=lambda line: line.does)
async def test_every_cell_is_as_the_table_says(
    line: Line, professional: SignsIn, client: httpx.AsyncClient, new_client: Callable[[], httpx.AsyncClient]
) -> None:
    helper = await professional()
    coordinator = await professional(team=None, role=Role.COORDINATOR)
    everybody: dict[str, Professional] = {
        "nobody": Professional(new_client(), "", helper.id, "x"),
        "helper": helper,
        "colleague": await professional(),
        "other_team": await professional(team="best"),
        "coordinator": coordinator,
        "volunteer": await professional(role=Role.VOLUNTEER),
        "shared": await professional(role=Role.VOLUNTEER),
        "privacy_officer": await professional(team=None, role=Role.PRIVACY_OFFICER),
        "administrator": await professional(team=None, role=Role.ADMINISTRATOR),
    }
    assert set(line.for_whom) == set(everybody)
    spare = await professional(role=Role.VOLUNTEER)
    wrong = {}
    made: tuple[Resident, str] | None = None
    for kind, someone in everybody.items():
        # What only looks finds the question as it was for the one before.
        if made is None or line.call.startswith(("POST", "PATCH", "DELETE")):
            resident = await Resident.arrive(client)
            made = resident, str((await hand_over(resident)).json()["id"])
            await _prepare(line, made[1], helper, coordinator, everybody["shared"])
        volunteer = everybody["shared"] if "taken back" in line.does else spare
        outcome = await _does(someone, line.call, made[1], made[0], str(volunteer.id))
        if outcome != line.for_whom[kind]:
            wrong[kind] = outcome
    assert wrong == {}


async def _prepare(
    line: Line, intake: str, helper: Professional, coordinator: Professional, shared: Professional
) -> None:
    if "unclaimed" not in line.does:
        await helper.post(f"/intakes/{intake}/claim")
    if "handed back" in line.does:
        await helper.post(f"/intakes/{intake}/hand-back")
    assert (await coordinator.post(f"/intakes/{intake}/shares", personId=str(shared.id))).status_code == 204
    if "closed" in line.does:
        assert (await helper.post(f"/intakes/{intake}/close", outcome="helped")).status_code == 200


async def _does(someone: Professional, call: str, intake: str, resident: Resident, volunteer: str) -> str:
    method, _, path = call.partition(" ")
    path = path.format(id=intake, conversation=resident.id, person=volunteer)
    if method in SPECIAL:
        return await SPECIAL[method](someone, path, intake, resident)
    if path.startswith(PAGES):
        return _word(await someone.client.get(path))
    body = {"personId": volunteer} if path.endswith("shares") else BODIES.get(path.rpartition("/")[2], {})
    if method == "PATCH":
        body = {"active": True}
    headers = {"X-CSRF-Token": someone.csrf}
    return _word(await someone.client.request(method, f"/api/v1{path}", json=body or None, headers=headers))


async def _is_listed(someone: Professional, path: str, intake: str, _: Resident) -> str:
    answer = await (someone.client.get(path) if path.startswith(PAGES) else someone.get(path))
    return ("yes" if intake in answer.text else "hidden") if answer.status_code == 200 else _word(answer)


async def _is_counted(someone: Professional, path: str, _: str, resident: Resident) -> str:
    """Whether the numbers change when there is one more question of the team."""
    before = await someone.client.get(path)
    await hand_over(await Resident.arrive(resident.client))
    after = await someone.client.get(path)
    return ("yes" if before.text != after.text else "hidden") if after.status_code == 200 else _word(after)


async def _hears_of_danger(someone: Professional, path: str, _: str, resident: Resident) -> str:
    crisis = (await hand_over(await Resident.arrive(resident.client), urgency="crisis")).json()
    return _heard(await until_told(someone, path), crisis["reference"])


async def _hears_the_resident(someone: Professional, path: str, intake: str, resident: Resident) -> str:
    return _heard(await until_told(someone, path, lambda: resident.say("nog iets"), intake), intake)


def _heard(told: str, what: str) -> str:
    if "event: wachtrij" not in told:
        return "no"
    return "yes" if what in told else "hidden"


async def until_told(
    someone: Professional,
    path: str,
    then: Callable[[], Awaitable[object]] | None = None,
    wanted: str = "",
) -> str:
    """What a stream says at first, and in the second after `then`: a browser that goes away when it has heard `wanted`."""
    transport = someone.client._transport
    assert isinstance(transport, httpx.ASGITransport)
    told: list[str] = []
    began, gone = asyncio.Event(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not told:
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        told.append(bytes(message.get("body", b"")).decode())
        if "event: " in told[-1]:
            began.set()
        if wanted and wanted in told[-1]:
            gone.set()

    cookies = "; ".join(f"{name}={value}" for name, value in someone.client.cookies.items())
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"voordeur.test"), (b"cookie", cookies.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("voordeur.test", 80),
    }
    stream = asyncio.ensure_future(transport.app(scope, receive, send))
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            await began.wait()
        if then is not None:
            await then()
            async with asyncio.timeout(SILENCE_SECONDS):
                await gone.wait()
    gone.set()
    await asyncio.wait_for(stream, PATIENCE_SECONDS)
    return "".join(told)


SPECIAL = {
    "LIST": _is_listed,
    "COUNT": _is_counted,
    "HEAR-DANGER": _hears_of_danger,
    "HEAR-RESIDENT": _hears_the_resident,
}


def _word(answer: httpx.Response) -> str:
    words = [word for word, statuses in STATUSES.items() if answer.status_code in statuses]
    return words[0] if words else f"{answer.status_code}: {answer.text[:80]}"


# What is not in the table, and why: whose it is, or where it is tested.
ELSEWHERE = re.compile(
    r"/conversations(/|$)"  # a resident's, by the token: tests/api/conversations
    r"|/sessions|/people/me|/people/current"  # everybody's own
    r"|/retry$"  # tests/api/channels/test_queue.py and tests/api/intakes/test_delivering.py
    r"|/case-systems/"  # other systems, by a signature: tests/case_systems
    r"|/routes$|/organisation$|POST /intakes$"  # our own process, and everybody
    r"|/intakes/of-conversation/"  # our own process
    r"|/(healthz|readyz)$"
)


def test_every_operation_for_who_works_here_is_in_the_table(app: FastAPI) -> None:
    described = {
        f"{method.upper()} {re.sub(r'{[a-z_]+}', '{}', path)}"
        for path, methods in app.openapi()["paths"].items()
        for method in methods
        if method != "servers"
    }
    lines = {re.sub(r"{[a-z_]+}", "{}", line.call.replace("LIST ", "GET ")) for line in permissions()}
    assert {call for call in described - lines if not ELSEWHERE.search(call)} == set()


def test_table_can_be_printed() -> None:
    printed = as_text().splitlines()
    assert printed[0].split()[0] == "nobody"
    assert len(printed) == len(permissions()) + 1
