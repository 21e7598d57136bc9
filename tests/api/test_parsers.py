"""Whatever arrives where we read something ourselves: an answer that says what is wrong, never a fault of ours."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic import SecretStr

from api.app import create_app
from api.channels.telegram.updates import MAX_FAILURES
from api.limits import network
from api.settings import ROOT, Settings
from organisation import CatalogueError, load_catalogue
from tests.api.channels.telegram.emulator import TOKEN
from tests.api.conftest import FakeAssistant
from tests.api.people_at_work import Resident

many = examples(
    max_examples=30,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SECRET = "a-secret-for-tests"
HOOK = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
CATALOGUE = ROOT / "catalogue" / "demo"
printable = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
messages = st.fixed_dictionaries(
    {},
    optional={
        "message_id": anything,
        "date": anything,
        "chat": st.fixed_dictionaries({"id": st.integers() | anything, "type": st.just("private") | anything}),
        "from": anything,
        "text": anything,
        "contact": anything,
        "photo": anything,
    },
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    more = {
        "telegram_token": SecretStr(TOKEN),
        "telegram_api": "http://127.0.0.1:9",
        "telegram_mode": "webhook",
        "telegram_secret": SECRET,
        "trusted_proxies": "*",
        "limit_sign_ins_per_address": "1000000/minute",
        "limit_sign_ins_per_account": "1000000/minute",
    }
    return settings.model_copy(update=more)


@pytest.fixture
async def app(settings: Settings, assistant: FakeAssistant) -> AsyncIterator[FastAPI]:
    """A service with a bot that nobody registers, behind a proxy."""
    app = create_app(settings, assistant)
    async with app.router.lifespan_context(app):
        yield app


updates = st.fixed_dictionaries(
    {"update_id": st.integers()}, optional={"message": messages | anything, "callback_query": anything}
)
forms = st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])


@many
@given(update=anything | updates)
async def test_update_of_telegram_never_stops_the_others(client: httpx.AsyncClient, update: Any) -> None:
    """What nobody foresaw is asked for again, and set aside when it comes back (api/channels/telegram/updates.py)."""
    for _ in range(MAX_FAILURES):
        answer = await client.post("/telegram/webhook", headers=HOOK, content=json.dumps(update))
        if answer.status_code in {200, 400}:
            break
    assert answer.status_code in {200, 400}, answer.text


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"update_id":1,"message":' * 20_000, b"\xff\xfe", b"", b"1e999"])
async def test_update_that_is_no_update(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/telegram/webhook", headers=HOOK, content=body)
    assert answer.status_code in {400, 413}, answer.text


@many
@given(seen=printable)
async def test_number_of_the_last_event(resident: Resident, seen: str) -> None:
    # A number that is right would open a stream that does not end by itself.
    wrong = f"x{seen}"
    headers = {**resident.headers, "Last-Event-ID": wrong}
    answer = await resident.client.get(f"{resident.path}/events", headers=headers)
    assert answer.status_code == 400, answer.text
    answer = await resident.client.get(f"{resident.path}/messages", headers=resident.headers, params={"after": wrong})
    assert answer.status_code == 400, answer.text


@many
@given(forwarded=printable, proto=printable)
async def test_headers_of_a_proxy(client: httpx.AsyncClient, forwarded: str, proto: str) -> None:
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": proto}
    answer = await client.get("/api/v1/organisation", headers=headers)
    assert answer.status_code == 200, answer.text
    answer = await client.post("/api/v1/sessions", headers=headers, json={"email": "a@b.nl", "password": "x"})
    assert answer.status_code == 401, answer.text


@many
@given(address=st.text(max_size=60) | st.ip_addresses().map(str))
def test_address_that_counts(address: str) -> None:
    assert network(address)


@many
@given(body=st.binary(max_size=300), kind=forms)
async def test_form(client: httpx.AsyncClient, body: bytes, kind: str) -> None:
    for path in ("/werk/inloggen", "/chat/formulier"):
        headers = {"Content-Type": kind, "Origin": "http://voordeur.test"}
        answer = await client.post(path, headers=headers, content=body)
        assert answer.status_code < 500, answer.text


@examples(many, max_examples=25)
@given(
    name=st.sampled_from(sorted(path.name for path in CATALOGUE.glob("*.yml"))),
    content=anything,
    raw=st.text(max_size=80),
)
def test_file_of_the_catalogue(tmp_path: Path, name: str, content: Any, raw: str) -> None:
    folder = tmp_path / "catalogue"
    for text in (yaml.safe_dump(content), raw):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(CATALOGUE, folder)
        (folder / name).write_text(text, encoding="utf-8")
        try:
            load_catalogue(folder)
        except CatalogueError as error:
            assert error.problems
