"""Who signs in, for how long, and what production refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import NoReturn

import httpx
import pytest
import time_machine
from argon2 import Type, extract_parameters
from argon2.exceptions import VerifyMismatchError
from fastapi import FastAPI
from sqlalchemy import func, select, update

from api import clock
from api.app import UnsafeForProduction, build_runtime, create_app
from api.database import Database
from api.dependencies import COOKIE, Runtime
from api.people import passwords
from api.people.demo import PEOPLE, load_demo_people
from api.people.models import Person, Role, SignIn
from api.people.passwords import MIN_PASSWORD
from api.people.service import add_person
from api.people.sessions import IDLE_MINUTES, SESSION_HOURS
from api.settings import Settings
from tests.api.conftest import FakeAssistant
from tests.api.people_at_work import PASSWORD, Professional

SignsIn = Callable[..., Awaitable[Professional]]
SESSIONS = "/api/v1/sessions"
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


async def knock(client: httpx.AsyncClient, email: str, password: str) -> httpx.Response:
    return await client.post(SESSIONS, json={"email": email, "password": password})


@asynccontextmanager
async def production(settings: Settings, key: str | None = KEY) -> AsyncIterator[FastAPI]:
    app = create_app(
        settings.model_copy(update={"env": "production", "key": key, "audit_key": KEY[::-1]}),
        FakeAssistant(),
    )
    async with app.router.lifespan_context(app):
        yield app


async def test_wrong_password_and_unknown_address_give_the_same_answer(
    client: httpx.AsyncClient, professional: SignsIn
) -> None:
    known = (await professional()).email
    wrong = await knock(client, known, "not the password")
    unknown = await knock(client, "nobody@voordeur.example", PASSWORD)
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    own = {"x-request-id"}
    assert {name: value for name, value in wrong.headers.items() if name not in own} == {
        name: value for name, value in unknown.headers.items() if name not in own
    }
    assert "set-cookie" not in wrong.headers


async def test_unknown_address_takes_as_much_work_as_a_known_one(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    class Watching:
        def verify(self, stored: str, password: str) -> NoReturn:
            compared.append(stored)
            raise VerifyMismatchError

    monkeypatch.setattr(passwords, "_hasher", Watching())
    assert (await knock(client, "nobody@voordeur.example", PASSWORD)).status_code == 401
    assert compared == [passwords._NOBODY]


async def test_address_may_be_typed_in_capitals(client: httpx.AsyncClient, professional: SignsIn) -> None:
    email = (await professional()).email
    assert (await knock(client, f" {email.upper()} ", PASSWORD)).status_code == 201


@pytest.mark.parametrize(
    "body", [{}, {"email": "a@b.example"}, {"email": "a@b.example", "password": "x" * 201}, {"email": 1, "password": 2}]
)
async def test_half_a_form_is_a_bad_request_that_repeats_nothing(
    client: httpx.AsyncClient, body: dict[str, object]
) -> None:
    response = await client.post(SESSIONS, json=body)
    assert response.status_code == 400
    assert "xxx" not in response.text


async def test_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: httpx.AsyncClient, professional: SignsIn
) -> None:
    response = await knock(client, (await professional()).email, PASSWORD)
    assert set(response.json()) == {"csrfToken"}
    name, _, attributes = response.headers["set-cookie"].partition("=")
    assert name == COOKIE
    parts = {part.strip().lower() for part in attributes.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/", f"max-age={SESSION_HOURS * 3600}"} <= parts
    assert not any(part.startswith("domain") for part in parts)


async def test_cookie_in_production_travels_over_tls_only(settings: Settings) -> None:
    async with production(settings) as app:
        runtime: Runtime = app.state.runtime
        async with runtime.database.write() as session:
            await add_person(
                session, email="a@b.example", name="A", password=PASSWORD, role=Role.COORDINATOR, team=None
            )
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://x.test") as client:
            response = await knock(client, "a@b.example", PASSWORD)
    assert response.headers["set-cookie"].startswith(f"__Host-{COOKIE}=")
    assert "secure" in response.headers["set-cookie"].lower()


async def test_neither_password_nor_cookie_is_stored_as_it_is(
    client: httpx.AsyncClient, professional: SignsIn, runtime: Runtime
) -> None:
    sanne = await professional()
    async with runtime.database.read() as session:
        person = (await session.scalars(select(Person).where(Person.id == sanne.id))).one()
        token_hash = (await session.scalars(select(SignIn.token_hash).where(SignIn.person_id == sanne.id))).one()
    assert person.password_hash.startswith("$argon2id$")
    assert PASSWORD not in person.password_hash
    assert sanne.client.cookies[COOKIE] != token_hash


def test_passwords_are_hashed_as_owasp_advises() -> None:
    used = extract_parameters(passwords._NOBODY)
    assert used.type is Type.ID
    assert used.memory_cost >= 19_456
    assert used.time_cost >= 2


async def test_session_ends_on_delete(professional: SignsIn) -> None:
    sanne = await professional()
    cookie = sanne.client.cookies[COOKIE]
    response = await sanne.client.delete(f"{SESSIONS}/current", headers={"X-CSRF-Token": sanne.csrf})
    assert response.status_code == 204
    assert 'voordeur_session=""' in response.headers["set-cookie"]
    sanne.client.cookies.set(COOKIE, cookie)
    assert (await sanne.get("/intakes")).status_code == 401


async def test_other_sessions_of_the_same_person_go_on(client: httpx.AsyncClient, professional: SignsIn) -> None:
    sanne = await professional()
    await knock(client, sanne.email, PASSWORD)
    await sanne.client.delete(f"{SESSIONS}/current", headers={"X-CSRF-Token": sanne.csrf})
    assert (await client.get("/api/v1/intakes")).status_code == 200


async def test_session_lasts_a_working_day_and_no_longer(professional: SignsIn) -> None:
    sanne, began = await professional(), clock.now()
    for minutes in range(45, SESSION_HOURS * 60, 45):
        with time_machine.travel(began + dt.timedelta(minutes=minutes)):
            assert (await sanne.get("/intakes")).status_code == 200
    with time_machine.travel(began + dt.timedelta(hours=SESSION_HOURS, minutes=1)):
        assert (await sanne.get("/intakes")).status_code == 401


async def test_session_that_is_not_used_ends(professional: SignsIn) -> None:
    sanne, began = await professional(), clock.now()
    with time_machine.travel(began + dt.timedelta(minutes=IDLE_MINUTES - 1)):
        news = await sanne.client.get("/werk/wachtrij", headers={"HX-Request": "true"})
        assert news.status_code == 200, "a page that looks for news by itself is answered ..."
    with time_machine.travel(began + dt.timedelta(minutes=IDLE_MINUTES + 1)):
        assert (await sanne.get("/intakes")).status_code == 401, "... and is no sign of life"


async def test_who_does_not_work_here_any_more_is_out_at_once(professional: SignsIn, runtime: Runtime) -> None:
    sanne = await professional()
    async with runtime.database.write() as session:
        await session.execute(update(Person).where(Person.id == sanne.id).values(active=False))
    assert (await sanne.get("/intakes")).status_code == 401
    assert (await knock(sanne.client, sanne.email, PASSWORD)).status_code == 401


@pytest.mark.parametrize("cookie", ["", "x", "é", "0" * 5000])
async def test_made_up_cookie_is_nobody(client: httpx.AsyncClient, cookie: str) -> None:
    headers = [(b"Cookie", f"{COOKIE}={cookie}".encode())]
    response = await client.get("/api/v1/intakes", headers=headers)
    assert response.status_code == 401


async def test_password_has_a_length_and_an_address_one_person(runtime: Runtime) -> None:
    async with runtime.database.write() as session:
        add = partial(add_person, session, name="A", role=Role.COORDINATOR, team=None)
        with pytest.raises(ValueError, match=str(MIN_PASSWORD)):
            await add(email="a@b.example", password="a" * (MIN_PASSWORD - 1))
        for easy in ("wachtwoord123456", "a" * MIN_PASSWORD, "Voordeur-Welkom-1", "qwerty123456789"):
            with pytest.raises(ValueError, match="easy to guess"):
                await add(email="a@b.example", password=easy)
        await add(email="a@b.example", password=PASSWORD)
        with pytest.raises(ValueError, match="there already"):
            await add(email="A@B.example", password=PASSWORD)


async def test_demo_people_are_made_once_and_get_the_password_of_today(
    runtime: Runtime, client: httpx.AsyncClient
) -> None:
    for password in ("the password of yesterday", PASSWORD):
        async with runtime.database.write() as session:
            emails = await load_demo_people(session, password)
    assert "demo.gemert@voordeur.example" in emails
    assert (await knock(client, emails[0], PASSWORD)).status_code == 201
    assert (await knock(client, emails[0], "the password of yesterday")).status_code == 401
    async with runtime.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Person)) == len(PEOPLE)


@pytest.mark.parametrize("key", [None, "", "short", f"{KEY} short"])
def test_production_refuses_a_key_that_was_not_chosen(settings: Settings, key: str | None) -> None:
    with pytest.raises(UnsafeForProduction, match="VOORDEUR_KEY"):
        build_runtime(settings.model_copy(update={"env": "production", "key": key, "audit_key": KEY[::-1]}))
    with pytest.raises(UnsafeForProduction, match="VOORDEUR_AUDIT_KEY"):
        build_runtime(
            settings.model_copy(
                update={
                    "env": "production",
                    "key": KEY,
                    "audit_key": key,
                }
            )
        )


async def test_production_refuses_demo_people(settings: Settings) -> None:
    database = Database(settings.database_address)
    async with database.write() as session:
        await load_demo_people(session, PASSWORD)
    await database.close()
    with pytest.raises(UnsafeForProduction, match="demo people"):
        async with production(settings):
            pass


async def test_production_starts_with_a_key_and_people_of_its_own(settings: Settings) -> None:
    async with production(settings) as app:
        assert app.state.runtime.settings.production
