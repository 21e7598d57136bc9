"""The table of permissions, cell by cell, over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

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
    "people": {"email": "x@voordeur.example", "name": "X", "role": "coordinator"},
}
STATUSES = {"yes": {200, 201, 204}, "no": {401, 403}, "hidden": {404}}


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
    for kind, someone in everybody.items():
        resident = await Resident.arrive(client)
        intake = str((await hand_over(resident)).json()["id"])
        if "unclaimed" not in line.does:
            await helper.post(f"/intakes/{intake}/claim")
        if "handed back" in line.does:
            await helper.post(f"/intakes/{intake}/hand-back")
        shared = await coordinator.post(f"/intakes/{intake}/shares", personId=str(everybody["shared"].id))
        assert shared.status_code == 204
        outcome = await _does(someone, line.call, intake, resident, str(spare.id))
        if outcome != line.for_whom[kind]:
            wrong[kind] = outcome
    assert wrong == {}


async def _does(someone: Professional, call: str, intake: str, resident: Resident, volunteer: str) -> str:
    method, _, path = call.partition(" ")
    path = path.format(id=intake, conversation=resident.id)
    if method == "LIST":
        answer = await someone.get(path)
        if answer.status_code != 200:
            return _word(answer)
        return "yes" if intake in [item["id"] for item in answer.json()["items"]] else "hidden"
    if method == "GET":
        return _word(await someone.get(path))
    body = {"personId": volunteer} if path.endswith("shares") else BODIES.get(path.rpartition("/")[2], {})
    return _word(await someone.post(path, **body))


def _word(answer: httpx.Response) -> str:
    words = [word for word, statuses in STATUSES.items() if answer.status_code in statuses]
    return words[0] if words else f"{answer.status_code}: {answer.text[:80]}"


def test_table_can_be_printed() -> None:
    printed = as_text().splitlines()
    assert printed[0].split()[0] == "nobody"
    assert len(printed) == len(permissions()) + 1
