"""What happens over there is made known here: to the resident, in the history, and in the status when nobody has it in hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import httpx
import pytest
import time_machine

from api import clock
from api.case_systems.models import DeliveryStatus
from api.dependencies import Runtime
from tests.api.case_systems.following import CALLBACK, NAME, SignIn, at_work, handed_over, handle, told
from tests.api.databases import both_databases
from tests.api.people_at_work import Resident
from tests.case_systems.open_klant import OpenKlant
from tests.case_systems.serving import StandIn


async def test_case_that_is_handled_there_is_closed_here_and_the_resident_hears_it(
    resident: Resident, runtime: Runtime, server: StandIn, client: Any
) -> None:
    intake = await handed_over(resident)
    row = await at_work(runtime)
    resource = handle(server, row)
    body = {
        "kanaal": "zaken",
        "hoofdObject": resource,
        "resource": "status",
        "resourceUrl": resource,
        "actie": "create",
    }
    path = "/api/v1/case-systems/ander/notifications"
    assert (await client.post(path, json=body, headers={"Authorization": "Bearer no"})).status_code == 401
    taken = await client.post(path, json=body, headers={"Authorization": f"Bearer {CALLBACK}"})
    assert taken.status_code == 204, taken.text
    row = await at_work(runtime)
    assert row.remote_status in {"verwerkt", "Afgerond"}
    assert (await told(resident))[-1].startswith(f"Uw vraag {intake['reference']} is volgens {NAME} afgehandeld.")
    own = await resident.client.get(f"{resident.path}/intake", headers=resident.headers)
    assert own.json()["status"] == "closed"


async def test_what_a_colleague_here_has_in_hand_stays_open_when_it_is_handled_there(
    resident: Resident, runtime: Runtime, server: StandIn, professional: SignIn
) -> None:
    intake = await handed_over(resident)
    row = await at_work(runtime)
    sanne = await professional("gemert")
    await sanne.post(f"/intakes/{intake['id']}/claim")
    handle(server, row)
    await at_work(runtime)
    whole = (await sanne.get(f"/intakes/{intake['id']}")).json()
    assert whole["status"] == "claimed"
    assert "case_status" in [event["action"] for event in whole["history"]]


@both_databases
async def test_what_is_closed_here_is_no_work_over_there_until_it_goes_on(
    resident: Resident, runtime: Runtime, server: StandIn, professional: SignIn, system: str
) -> None:
    path = f"/intakes/{(await handed_over(resident))['id']}"
    await at_work(runtime)
    sanne = await professional("gemert")
    await sanne.post(f"{path}/claim")
    await sanne.post(f"{path}/reply", text="Woorden die hier blijven")
    server.trouble = lambda method, path: "500" if method == "PATCH" else None
    await sanne.post(f"{path}/close", outcome="helped")
    await at_work(runtime)
    server.trouble = lambda method, path: None
    row = await at_work(runtime)
    assert (row.status, row.next_at, row.attempts) == (DeliveryStatus.DELIVERED, None, 0)
    assert work_there(server) == []
    assert "Woorden die hier blijven" not in str(server.everything())
    said = await told(resident)
    await sanne.post(f"{path}/reopen", note="Toch nog iets")
    row = await at_work(runtime)
    assert row.next_at is not None
    assert work_there(server) == (["te_verwerken"] if system == "openklant" else [])
    assert (await told(resident))[: len(said)] == said
    assert not [text for text in (await told(resident))[len(said) :] if NAME in text], "what we said there is no news"


def work_there(server: StandIn) -> list[str]:
    """The tasks that somebody there still has to do."""
    tasks = server.tasks.values() if isinstance(server, OpenKlant) else []
    return [task["status"] for task in tasks if task["status"] != "verwerkt"]


class TestSystemThatCannotBeAsked:
    """A webhook system tells how it stands by a message that it signs."""

    @pytest.fixture
    def system(self) -> str:
        return "webhook"

    @pytest.mark.parametrize("handled", [False, True])
    async def test_signed_message_is_made_known(
        self, resident: Resident, runtime: Runtime, client: httpx.AsyncClient, handled: bool
    ) -> None:
        reference = (await handed_over(resident))["reference"]
        await at_work(runtime)
        news = {"reference": reference, "status": "Wij bellen u maandag", "handled": handled}
        assert (await tells(client, news)).status_code == 204
        row = await at_work(runtime)
        assert row.remote_status == "Wij bellen u maandag"
        said = await told(resident)
        assert said[-1].startswith(
            f"Uw vraag {reference} is volgens" if handled else f"Nieuws over uw vraag {reference}"
        )
        own = await resident.client.get(f"{resident.path}/intake", headers=resident.headers)
        assert own.json()["status"] == ("closed" if handled else "new")
        assert (await tells(client, news)).status_code == 204
        await at_work(runtime)
        assert await told(resident) == said, "the same message again is no news"

    async def test_older_message_that_comes_later_changes_nothing(
        self, resident: Resident, runtime: Runtime, client: httpx.AsyncClient
    ) -> None:
        reference = (await handed_over(resident))["reference"]
        await at_work(runtime)
        await tells(client, {"reference": reference, "status": "Afspraak gemaakt"})
        await tells(client, {"reference": reference, "status": "Ontvangen"}, ago=60)
        assert (await at_work(runtime)).remote_status == "Afspraak gemaakt"

    @pytest.mark.parametrize(
        "wrong", [{"key": b"another key of thirty-two bytes...."}, {"ago": 301}, {"ago": -301}, {"sign": ""}]
    )
    async def test_message_that_is_not_surely_theirs_is_refused(
        self, resident: Resident, runtime: Runtime, client: httpx.AsyncClient, wrong: dict[str, Any]
    ) -> None:
        reference = (await handed_over(resident))["reference"]
        await at_work(runtime)
        answer = await tells(client, {"reference": reference, "status": "x", "handled": True}, **wrong)
        assert answer.status_code == 401
        assert (await at_work(runtime)).remote_status is None

    async def test_only_questions_that_went_there_are_known_there(
        self, resident: Resident, runtime: Runtime, client: httpx.AsyncClient
    ) -> None:
        assert (await tells(client, {"reference": "V-2222-2222", "status": "x"})).status_code == 404
        assert (await tells(client, {"reference": "V-2222-2222", "status": "x"}, to="anders")).status_code == 404
        path = "/api/v1/case-systems/ander/notifications"
        body = {"kanaal": "zaken", "hoofdObject": "x", "resourceUrl": "x"}
        taken = await client.post(path, json=body, headers={"Authorization": f"Bearer {CALLBACK}"})
        assert taken.status_code == 404, "such a system has a key, no token"


async def test_system_that_can_be_asked_has_no_way_to_be_believed(server: StandIn, client: httpx.AsyncClient) -> None:
    assert (await tells(client, {"reference": "V-2222-2222", "status": "x"})).status_code == 404


async def tells(
    client: httpx.AsyncClient,
    news: dict[str, Any],
    *,
    to: str = "ander",
    ago: int = 0,
    key: bytes = CALLBACK.encode(),
    sign: str | None = None,
) -> httpx.Response:
    """A message as a library of Standard Webhooks would send it."""
    now = clock.now()
    body, at = json.dumps(news).encode(), int(now.timestamp()) - ago
    made = base64.b64encode(hmac.new(key, f"msg_1.{at}.".encode() + body, hashlib.sha256).digest()).decode()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": "msg_1",
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{made}" if sign is None else sign,
    }
    # Time stands still on the way: what is a second too early must not become just in time.
    with time_machine.travel(now, tick=False):
        return await client.post(f"/api/v1/case-systems/{to}/statuses", content=body, headers=headers)
