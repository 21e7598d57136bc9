"""Signing in with a code of an app, the lock after failed tries, the own account, and what an administrator does with people."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable

import httpx
import pyotp
import pytest
import time_machine
from sqlalchemy import select, text

from api import clock
from api.dependencies import Runtime
from api.people.models import Person, Role
from api.people.service import ATTEMPTS_BEFORE_LOCK, LOCK_MINUTES
from api.privacy.models import AuditEvent
from tests.api.databases import both_databases
from tests.api.people_at_work import PASSWORD, Professional

SignsIn = Callable[..., Awaitable[Professional]]
SESSIONS = "/api/v1/sessions"
NEW = "vier paarden eten gras"


async def knock(
    client: httpx.AsyncClient, email: str, password: str = PASSWORD, code: str | None = None
) -> httpx.Response:
    return await client.post(SESSIONS, json={"email": email, "password": password, "code": code})


async def with_app(person: Professional) -> tuple[pyotp.TOTP, list[str]]:
    """Turns the second factor on; gives the app and the recovery codes."""
    setup = (await person.post("/people/me/second-factor")).json()
    totp = pyotp.TOTP(setup["secret"])
    assert setup["address"].startswith("otpauth://totp/")
    assert "<svg" in setup["picture"]
    done = await person.post("/people/me/second-factor/confirmation", code=totp.now())
    assert done.status_code == 201, done.text
    return totp, done.json()["codes"]


@both_databases
async def test_code_of_the_app_is_asked_for_and_works_once(client: httpx.AsyncClient, professional: SignsIn) -> None:
    sanne = await professional()
    totp, _ = await with_app(sanne)
    without = await knock(client, sanne.email)
    assert (without.status_code, without.json()["errors"][0]["name"]) == (401, "code")
    assert (await knock(client, sanne.email, code="000000")).status_code == 401
    with time_machine.travel(clock.now() + dt.timedelta(seconds=30)):
        code = totp.at(int(time.time()))
        answers = await asyncio.gather(*(knock(client, sanne.email, code=code) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 401, 401, 401]


async def test_code_of_long_ago_or_of_later_does_not_work(client: httpx.AsyncClient, professional: SignsIn) -> None:
    sanne = await professional()
    totp, _ = await with_app(sanne)
    later = clock.now() + dt.timedelta(minutes=10)
    with time_machine.travel(later, tick=False):
        for away in (-90, 90):
            assert (await knock(client, sanne.email, code=totp.at(int(time.time()) + away))).status_code == 401
        assert (await knock(client, sanne.email, code=totp.at(int(time.time()) - 30))).status_code == 201


async def test_recovery_code_works_once_however_it_is_typed(client: httpx.AsyncClient, professional: SignsIn) -> None:
    sanne = await professional()
    _, codes = await with_app(sanne)
    assert (await knock(client, sanne.email, code=codes[0].lower().replace("-", " "))).status_code == 201
    assert (await knock(client, sanne.email, code=codes[0])).status_code == 401
    assert (await knock(client, sanne.email, code=codes[1])).status_code == 201


async def test_wrong_password_does_not_tell_that_a_code_is_needed(
    client: httpx.AsyncClient, professional: SignsIn
) -> None:
    sanne = await professional()
    await with_app(sanne)
    wrong = await knock(client, sanne.email, "not the password")
    assert wrong.json() == (await knock(client, "nobody@voordeur.example")).json()


async def test_secret_of_the_app_is_encrypted_and_recovery_codes_are_not_kept(
    professional: SignsIn, runtime: Runtime
) -> None:
    totp, codes = await with_app(await professional())
    async with runtime.database.read() as session:
        stored = str((await session.execute(text("SELECT * FROM people"))).all())
        stored += str((await session.execute(text("SELECT * FROM recovery_codes"))).all())
    assert totp.secret not in stored
    assert not any(code.replace("-", "") in stored for code in codes)


async def test_second_factor_goes_away_only_with_the_password(client: httpx.AsyncClient, professional: SignsIn) -> None:
    sanne = await professional()
    await with_app(sanne)
    assert (await sanne.post("/people/me/second-factor/removal", password="guess")).status_code == 400
    assert (await sanne.post("/people/me/second-factor/removal", password=PASSWORD)).status_code == 204
    assert (await knock(client, sanne.email)).status_code == 201


@both_databases
async def test_many_wrong_tries_lock_the_account_for_a_while(
    client: httpx.AsyncClient, professional: SignsIn, runtime: Runtime
) -> None:
    sanne = await professional()
    # At once, so that counting must be right when tries come together.
    await asyncio.gather(*(knock(client, sanne.email, f"wrong {number}") for number in range(ATTEMPTS_BEFORE_LOCK)))
    locked = await knock(client, sanne.email)
    assert locked.status_code == 401
    assert locked.json()["detail"] == (await knock(client, "nobody@voordeur.example")).json()["detail"]
    with time_machine.travel(clock.now() + dt.timedelta(minutes=LOCK_MINUTES + 1)):
        assert (await knock(client, sanne.email)).status_code == 201
    async with runtime.database.read() as session:
        verbs = (await session.scalars(select(AuditEvent.verb).where(AuditEvent.object_id == str(sanne.id)))).all()
    assert verbs.count("sign_in_failed") == ATTEMPTS_BEFORE_LOCK
    assert verbs.count("locked") == 1


async def test_right_password_starts_the_count_again(client: httpx.AsyncClient, professional: SignsIn) -> None:
    sanne = await professional()
    for _ in range(2):
        for _ in range(ATTEMPTS_BEFORE_LOCK // 2):
            await knock(client, sanne.email, "wrong")
        assert (await knock(client, sanne.email)).status_code == 201


async def test_new_password_ends_all_other_sessions_and_renews_this_one(
    client: httpx.AsyncClient, professional: SignsIn
) -> None:
    sanne = await professional()
    await knock(client, sanne.email)
    before = dict(sanne.client.cookies)
    changed = await sanne.post("/people/me/password", current=PASSWORD, new=NEW)
    assert changed.status_code == 201
    assert dict(sanne.client.cookies) != before
    assert (await sanne.get("/intakes")).status_code == 200
    assert (await client.get("/api/v1/intakes")).status_code == 401
    assert (await knock(client, sanne.email)).status_code == 401
    assert (await knock(client, sanne.email, NEW)).status_code == 201
    old = httpx.AsyncClient(transport=sanne.client._transport, base_url="http://voordeur.test", cookies=before)
    assert (await old.get("/api/v1/intakes")).status_code == 401


@pytest.mark.parametrize(("current", "new"), [("guess", NEW), (PASSWORD, "kort"), (PASSWORD, "wachtwoord1234")])
async def test_password_is_not_changed_by_a_guess_nor_into_an_easy_one(
    professional: SignsIn, current: str, new: str
) -> None:
    sanne = await professional()
    assert (await sanne.post("/people/me/password", current=current, new=new)).status_code == 400


async def test_own_sessions_are_listed_and_can_be_ended_but_not_those_of_another(
    client: httpx.AsyncClient, professional: SignsIn
) -> None:
    sanne, other = await professional(), await professional()
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    await client.post(SESSIONS, json={"email": sanne.email, "password": PASSWORD}, headers=agent)
    items = (await sanne.get("/sessions")).json()["items"]
    assert sorted(item["current"] for item in items) == [False, True]
    elsewhere = next(item for item in items if not item["current"])
    assert elsewhere["device"] == "Firefox Linux"
    path, csrf = f"{SESSIONS}/{elsewhere['id']}", {"X-CSRF-Token": sanne.csrf}
    assert (await other.client.delete(path, headers={"X-CSRF-Token": other.csrf})).status_code == 404
    assert (await client.get("/api/v1/intakes")).status_code == 200
    assert (await sanne.client.delete(path, headers=csrf)).status_code == 204
    assert (await client.get("/api/v1/intakes")).status_code == 401


async def test_administrator_brings_somebody_in_who_chooses_a_password_first(
    client: httpx.AsyncClient, professional: SignsIn
) -> None:
    admin = await professional(team=None, role=Role.ADMINISTRATOR)
    made = await admin.post("/people", email="noor@voordeur.example", name="Noor", role="professional", team="best")
    assert made.status_code == 201, made.text
    signed_in = await knock(client, "noor@voordeur.example", made.json()["password"])
    assert signed_in.status_code == 201
    assert (await client.get("/api/v1/intakes")).status_code == 403
    sent_on = await client.get("/werk")
    assert (sent_on.status_code, sent_on.headers["Location"].partition("?")[0]) == (303, "/werk/account")
    body = {"current": made.json()["password"], "new": NEW}
    csrf = {"X-CSRF-Token": signed_in.json()["csrfToken"]}
    assert (await client.post("/api/v1/people/me/password", json=body, headers=csrf)).status_code == 201
    assert (await client.get("/api/v1/intakes")).status_code == 200


async def test_administrator_puts_somebody_out_at_once(professional: SignsIn) -> None:
    admin, sanne = await professional(team=None, role=Role.ADMINISTRATOR), await professional()
    csrf = {"X-CSRF-Token": admin.csrf}
    out = await admin.client.patch(f"/api/v1/people/{sanne.id}", json={"active": False}, headers=csrf)
    assert (out.status_code, out.json()["active"]) == (200, False)
    assert (await sanne.get("/intakes")).status_code == 401
    own = await admin.client.patch(f"/api/v1/people/{admin.id}", json={"active": False}, headers=csrf)
    assert own.status_code == 409


async def test_administrator_helps_who_lost_password_or_app(client: httpx.AsyncClient, professional: SignsIn) -> None:
    admin, sanne = await professional(team=None, role=Role.ADMINISTRATOR), await professional()
    await with_app(sanne)
    password = (await admin.post(f"/people/{sanne.id}/password-reset")).json()["password"]
    assert (await sanne.get("/sessions")).status_code == 401
    assert (await knock(client, sanne.email, password)).json()["errors"][0]["name"] == "code"
    assert (await admin.post(f"/people/{sanne.id}/second-factor-reset")).status_code == 204
    assert (await knock(client, sanne.email, password)).status_code == 201


async def test_second_factor_can_be_demanded(professional: SignsIn, runtime: Runtime) -> None:
    sanne = await professional()
    runtime.settings.second_factor = "required"
    refused = await sanne.get("/intakes")
    assert (refused.status_code, "tweede stap" in refused.json()["detail"]) == (403, True)
    await with_app(sanne)
    assert (await sanne.get("/intakes")).status_code == 200


async def test_form_asks_for_the_code_too(client: httpx.AsyncClient, professional: SignsIn) -> None:
    sanne = await professional()
    _, codes = await with_app(sanne)
    form = {"email": sanne.email, "password": PASSWORD}
    page = await client.post("/werk/inloggen", data=form)
    assert (page.status_code, "Vul ook de code uit uw app in." in page.text) == (401, True)
    assert (await client.post("/werk/inloggen", data={**form, "code": codes[0]})).status_code == 303


async def test_audit_has_no_secret(professional: SignsIn, runtime: Runtime) -> None:
    sanne = await professional()
    totp, _ = await with_app(sanne)
    await sanne.post("/people/me/password", current=PASSWORD, new=NEW)
    async with runtime.database.read() as session:
        kept = str((await session.execute(text("SELECT * FROM audit_events"))).all())
        person = await session.get(Person, sanne.id)
    assert person is not None
    for secret in (totp.secret, NEW, PASSWORD, person.email, person.name):
        assert secret not in kept
