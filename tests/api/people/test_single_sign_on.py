"""Signing in with the work account, against a provider by others: who gets in, and what is refused."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select, update

from api import clock
from api.app import UnsafeForProduction, build_runtime, create_app
from api.dependencies import COOKIE, Runtime
from api.people.models import Person, Role, SignIn
from api.privacy.models import AuditEvent
from api.settings import Settings
from tests.api.conftest import FakeAssistant
from tests.api.people.work_accounts import (
    BACK,
    CLIENT_ID,
    CLIENT_SECRET,
    START,
    TWO_STEPS,
    AtProvider,
    WorkAccounts,
    free_port,
    work_accounts,
)
from tests.api.people_at_work import PASSWORD, Professional

HOME = "http://voordeur.test"
SignsIn = Callable[..., Awaitable[Professional]]
Clients = Callable[[], httpx.AsyncClient]
AGAIN = "Inloggen met uw werkaccount is niet gelukt."
NO_ACCESS = "Uw werkaccount geeft hier geen toegang."
DOWN = "Inloggen met uw werkaccount lukt nu niet."


@pytest.fixture(scope="module")
def provider() -> Iterator[WorkAccounts]:
    with work_accounts(HOME, amr="pwd mfa") as running:
        yield running


def configured(settings: Settings, address: str, **more: object) -> Settings:
    values = {
        "public_url": HOME,
        "oidc_issuer": address,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": SecretStr(CLIENT_SECRET),
        **more,
    }
    return settings.model_copy(update=values)


@pytest.fixture
async def app(settings: Settings, assistant: FakeAssistant, provider: WorkAccounts) -> AsyncIterator[FastAPI]:
    app = create_app(configured(settings, provider.address), assistant)
    async with app.router.lifespan_context(app):
        yield app


async def come_back(client: httpx.AsyncClient, account: str, page: str = "/werk") -> httpx.Response:
    """From our page to the provider and back."""
    away = await client.get(START, params={"naar": page})
    assert away.status_code == 303, away.text
    async with AtProvider() as there:
        return await client.get(await there.sign_in(away.headers["Location"], account))


async def gets_in(client: httpx.AsyncClient) -> bool:
    return (await client.get("/werk")).status_code == 200


async def test_who_works_here_comes_in_by_the_work_account(
    new_client: Clients, professional: SignsIn, runtime: Runtime
) -> None:
    sanne = await professional()
    client = new_client()
    form = (await client.get("/werk/inloggen", params={"naar": "/werk/mijn"})).text
    assert 'href="/werk/inloggen/werkaccount?naar=/werk/mijn"' in form
    back = await come_back(client, sanne.email, "/werk/mijn")
    assert back.status_code == 200, back.text
    # A redirect would arrive without the strict cookie: the page itself goes on.
    assert 'content="0; url=/werk/mijn"' in back.text
    cookies = back.headers.get_list("Set-Cookie")
    assert any(c.startswith(COOKIE) and "SameSite=strict" in c and "HttpOnly" in c for c in cookies)
    assert await gets_in(client)
    async with runtime.database.read() as session:
        rows = (await session.scalars(select(SignIn).where(SignIn.person_id == sanne.id))).all()
        person = await session.get(Person, sanne.id)
    assert sorted(row.by_provider for row in rows) == [False, True]
    assert person is not None
    assert person.single_sign_on is not None
    assert person.single_sign_on.endswith(f" {sanne.email}")


async def test_address_at_the_provider_carries_state_nonce_and_a_challenge_and_no_secret(
    client: httpx.AsyncClient,
) -> None:
    asked = []
    for _ in range(2):
        away = await client.get(START)
        asked.append({name: value[0] for name, value in parse_qs(urlsplit(away.headers["Location"]).query).items()})
        assert CLIENT_SECRET not in away.headers["Location"]
        cookie = away.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert asked[-1]["nonce"] not in cookie
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[0][name]) >= 43
        assert asked[0][name] != asked[1][name]
    assert asked[0]["code_challenge_method"] == "S256"
    assert asked[0]["redirect_uri"] == f"{HOME}{BACK}"


async def test_another_state_is_refused(new_client: Clients, professional: SignsIn) -> None:
    sanne = await professional()
    client = new_client()
    away = await client.get(START)
    async with AtProvider() as there:
        back = await there.sign_in(away.headers["Location"], sanne.email)
    answer = await client.get(re.sub(r"state=[^&]*", "state=somebody-elses", back))
    assert (answer.status_code, AGAIN in answer.text) == (401, True)
    assert not await gets_in(client)


async def test_code_of_one_browser_is_nothing_in_another(new_client: Clients, professional: SignsIn) -> None:
    sanne = await professional()
    mine, other = new_client(), new_client()
    away = await mine.get(START)
    async with AtProvider() as there:
        back = await there.sign_in(away.headers["Location"], sanne.email)
    assert (await other.get(back)).status_code == 401
    await other.get(START)
    assert (await other.get(back)).status_code == 401
    assert not await gets_in(other)


async def test_code_works_once(new_client: Clients, professional: SignsIn) -> None:
    sanne = await professional()
    client, thief = new_client(), new_client()
    away = await client.get(START)
    kept = dict(client.cookies)
    async with AtProvider() as there:
        back = await there.sign_in(away.headers["Location"], sanne.email)
    assert (await client.get(back)).status_code == 200
    # Our own cookie is gone now; even who copied it, and the address, has nothing: the provider refuses the code.
    assert (await client.get(back)).status_code == 401
    thief.cookies.update(kept)
    answer = await thief.get(back)
    assert (answer.status_code, AGAIN in answer.text) == (401, True)
    assert not await gets_in(thief)


async def test_answer_to_another_nonce_is_refused(new_client: Clients, professional: SignsIn) -> None:
    sanne = await professional()
    client = new_client()
    address = (await client.get(START)).headers["Location"]
    async with AtProvider() as there:
        back = await there.sign_in(re.sub(r"nonce=[^&]*", "nonce=another-one", address), sanne.email)
    assert (await client.get(back)).status_code == 401
    assert not await gets_in(client)


async def test_answer_to_another_challenge_is_refused(new_client: Clients, professional: SignsIn) -> None:
    sanne = await professional()
    client = new_client()
    address = (await client.get(START)).headers["Location"]
    other = (await new_client().get(START)).headers["Location"]
    challenge = re.findall(r"code_challenge=[^&]*", other)[0]
    async with AtProvider() as there:
        back = await there.sign_in(re.sub(r"code_challenge=[^&]*", challenge, address), sanne.email)
    assert (await client.get(back)).status_code == 401
    assert not await gets_in(client)


async def test_answer_that_names_another_issuer_is_refused(new_client: Clients, professional: SignsIn) -> None:
    sanne = await professional()
    client = new_client()
    address = (await client.get(START)).headers["Location"]
    async with AtProvider() as there:
        back = await there.sign_in(address, sanne.email)
    assert "iss=" in back
    assert (await client.get(re.sub(r"iss=[^&]*", "iss=https%3A%2F%2Fkwaad.example", back))).status_code == 401


async def test_attempt_ends_after_ten_minutes(new_client: Clients, professional: SignsIn) -> None:
    sanne = await professional()
    client = new_client()
    away = await client.get(START)
    kept = dict(client.cookies)
    async with AtProvider() as there:
        back = await there.sign_in(away.headers["Location"], sanne.email)
    late = new_client()
    late.cookies.update(kept)
    with time_machine.travel(clock.now().timestamp() + 601, tick=True):
        assert (await late.get(back)).status_code == 401


@pytest.mark.parametrize("cookie", ["", "geen-zegel", "k1:AAAA", "x" * 3000])
async def test_cookie_that_is_not_ours_is_no_attempt(client: httpx.AsyncClient, cookie: str) -> None:
    client.cookies.set("voordeur_werkaccount", cookie)
    answer = await client.get(BACK, params={"code": "x", "state": "x"})
    assert (answer.status_code, AGAIN in answer.text) == (401, True)


async def test_who_says_no_at_the_provider_comes_back_to_the_form(client: httpx.AsyncClient) -> None:
    answer = await come_back(client, "")
    assert (answer.status_code, AGAIN in answer.text) == (401, True)
    assert "E-mailadres" in answer.text


async def test_who_was_not_made_by_an_administrator_stays_out(client: httpx.AsyncClient, runtime: Runtime) -> None:
    answer = await come_back(client, "vreemde@elders.example")
    assert (answer.status_code, NO_ACCESS in answer.text) == (401, True)
    async with runtime.database.read() as session:
        assert (await session.scalars(select(Person))).all() == []


async def test_who_does_not_work_here_any_more_stays_out(
    new_client: Clients, professional: SignsIn, runtime: Runtime
) -> None:
    sanne = await professional()
    client = new_client()
    await come_back(client, sanne.email)
    assert await gets_in(client)
    async with runtime.database.write() as session:
        await session.execute(update(Person).where(Person.id == sanne.id).values(active=False))
    assert not await gets_in(client)
    answer = await come_back(new_client(), sanne.email)
    assert (answer.status_code, NO_ACCESS in answer.text) == (401, True)
    async with runtime.database.read() as session:
        events = (await session.scalars(select(AuditEvent.verb).where(AuditEvent.object_id == str(sanne.id)))).all()
    assert "sign_in_failed" in events


async def test_address_that_the_provider_did_not_verify_opens_nothing(
    client: httpx.AsyncClient, professional: SignsIn, provider: WorkAccounts
) -> None:
    sanne = await professional()
    provider.tell("unverified", sanne.email)
    assert (await come_back(client, sanne.email)).status_code == 401


async def test_another_account_with_the_address_of_a_colleague_is_not_the_colleague(
    new_client: Clients, professional: SignsIn, provider: WorkAccounts
) -> None:
    sanne = await professional()
    await come_back(new_client(), sanne.email)
    provider.tell("renamed", "somebody-else", sanne.email)
    answer = await come_back(new_client(), "somebody-else")
    assert (answer.status_code, NO_ACCESS in answer.text) == (401, True)
    # Until an administrator says that this is how the colleague comes in from now on.
    admin = await professional(team=None, role=Role.ADMINISTRATOR)
    assert (await sanne.post(f"/people/{sanne.id}/single-sign-on-reset")).status_code == 403
    assert (await admin.post(f"/people/{sanne.id}/single-sign-on-reset")).status_code == 204
    assert (await come_back(new_client(), "somebody-else")).status_code == 200


async def test_who_has_another_address_at_the_provider_now_is_still_the_same(
    new_client: Clients, professional: SignsIn, provider: WorkAccounts
) -> None:
    sanne = await professional()
    await come_back(new_client(), sanne.email)
    provider.tell("renamed", sanne.email, "sanne.getrouwd@voordeur.example")
    client = new_client()
    assert (await come_back(client, sanne.email)).status_code == 200
    assert await gets_in(client)


async def test_signing_out_ends_our_session_and_offers_to_end_that_of_the_provider(
    new_client: Clients, professional: SignsIn, provider: WorkAccounts, runtime: Runtime
) -> None:
    sanne = await professional()
    client = new_client()
    await come_back(client, sanne.email)
    account = (await client.get("/werk/account")).text
    csrf = re.findall(r'name="csrf" value="([^"]+)"', account)[0]
    out = await client.post("/werk/uitloggen", data={"csrf": csrf})
    assert not await gets_in(client)
    assert "Ook uitloggen bij uw werkaccount" in (await client.get(out.headers["Location"])).text
    away = (await client.get(f"{START}/uit")).headers["Location"]
    assert away.startswith(f"{provider.address}/session/end?")
    async with AtProvider() as there:
        answer = await there.get(away)
    assert answer.status_code == 200, answer.text  # it asks whether one is sure, and knows the way back
    assert runtime.settings.oidc_client_id in away


async def test_without_a_provider_there_is_no_button_and_no_way(settings: Settings, assistant: FakeAssistant) -> None:
    app = create_app(settings, assistant)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
            assert "werkaccount" not in (await client.get("/werk/inloggen")).text
            for path in (START, BACK, f"{START}/uit"):
                assert (await client.get(path)).status_code == 404


@asynccontextmanager
async def serving(settings: Settings, assistant: FakeAssistant) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings, assistant)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
            yield client


async def test_when_the_provider_is_down_it_is_said_and_the_password_works(
    settings: Settings, assistant: FakeAssistant, professional: SignsIn
) -> None:
    sanne = await professional()
    port = free_port()
    with work_accounts(HOME, port=port) as running:
        async with serving(configured(settings, running.address), assistant) as client:
            away = await client.get(START)
            async with AtProvider() as there:
                back = await there.sign_in(away.headers["Location"], sanne.email)
            running.stop()
            answer = await client.get(back)
            assert (answer.status_code, DOWN in answer.text) == (503, True)
            form = {"email": sanne.email, "password": PASSWORD}
            assert (await client.post("/werk/inloggen", data=form)).status_code == 303
        async with serving(configured(settings, running.address), assistant) as client:
            answer = await client.get(START)
            assert (answer.status_code, DOWN in answer.text) == (503, True)
            assert "E-mailadres" in answer.text
            # And it comes back, with new keys and all.
            with work_accounts(HOME, port=port):
                assert (await come_back(client, sanne.email)).status_code == 200
            with work_accounts(HOME, port=port):
                assert (await come_back(client, sanne.email)).status_code == 200


@pytest.mark.parametrize(
    ("proved", "asked", "status"),
    [
        ("pwd mfa", {"oidc_amr": "mfa hwk"}, 200),
        ("pwd", {"oidc_amr": "mfa hwk"}, 401),
        ("", {"oidc_amr": "mfa"}, 401),
        ("pwd mfa", {"oidc_acr": TWO_STEPS}, 200),
        ("", {"oidc_acr": TWO_STEPS}, 401),
    ],
)
async def test_second_factor_of_the_provider_is_asked_for_and_counts_as_ours(
    proved: str,
    asked: dict[str, str],
    status: int,
    settings: Settings,
    assistant: FakeAssistant,
    professional: SignsIn,
) -> None:
    sanne = await professional()
    with work_accounts(HOME, amr=proved) as running:
        needed = configured(settings, running.address, second_factor="required", **asked)
        async with serving(needed, assistant) as client:
            assert (await come_back(client, sanne.email)).status_code == status
            assert await gets_in(client) == (status == 200)
            # Who comes in with the password still has to set a second factor up first.
            client.cookies.clear()
            await client.post("/werk/inloggen", data={"email": sanne.email, "password": PASSWORD})
            assert (await client.get("/werk")).headers["Location"].startswith("/werk/account")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"oidc_client_id": ""}, "VOORDEUR_OIDC_CLIENT_ID"),
        ({"env": "production"}, "https://"),
        (
            {"env": "production", "oidc_issuer": "https://a.example", "public_url": "https://b.example"},
            "VOORDEUR_OIDC_AMR",
        ),
    ],
)
def test_half_a_configuration_does_not_start(settings: Settings, change: dict[str, str], said: str) -> None:
    key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    half = configured(settings, "http://127.0.0.1:1", key=key, audit_key=key[::-1], **change)
    with pytest.raises(UnsafeForProduction, match=re.escape(said)):
        build_runtime(half, FakeAssistant())
