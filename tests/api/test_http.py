"""What every answer has in common: the form of errors, the headers, health, and a description that is right."""

from __future__ import annotations

import json
import uuid
from contextlib import AsyncExitStack
from typing import Any, NoReturn

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.pool import AsyncAdaptedQueuePool

from api import API_VERSION
from api.dependencies import Runtime
from api.health import NEWEST
from api.rights.service import Rights
from tests.api.conftest import FakeAssistant
from tests.api.people_at_work import Resident

PROBLEM = {"type", "title", "status", "detail", "errors"}
NOWHERE = "/api/v1/conversations/770536f2-6519-4c73-9b3d-41db43215713"
SECRET = "06-12345678 van Truus"


def check_problem(response: httpx.Response, status: int) -> dict[str, Any]:
    """The form of RFC 9457, and nothing of what is inside."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) == PROBLEM
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"]
    assert body["detail"].endswith(".")
    for word in ("Traceback", "Error", "sqlalchemy", "site-packages", ".py", SECRET):
        assert word not in response.text
    return dict(body)


async def test_unknown_address_is_a_problem(client: httpx.AsyncClient) -> None:
    for path in ("/api/v1/nothing", "/api/v2/intakes", "/nothing", f"{NOWHERE}/nothing"):
        check_problem(await client.get(path), 404)


async def test_wrong_method_is_a_problem_that_names_the_right_one(client: httpx.AsyncClient) -> None:
    for method, path, allowed in (("PUT", "/api/v1/sessions", "POST"), ("POST", "/healthz", "GET")):
        response = await client.request(method, path)
        check_problem(response, 405)
        assert allowed in response.headers["allow"]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"{", "1"),
        (b"\xff", ""),
        (b"[]", ""),
        (b"null", ""),
        (b'"text"', ""),
        (b'{"channel": "smoke signals"}', "channel"),
        (b'{"channel": "web", "colour": "red"}', "colour"),
        (b'{"language": "\\ud800"}', "language"),
        (b'{"language": ' + b"[" * 30_000 + b"]" * 30_000 + b"}", ""),
    ],
    ids=["half", "no UTF-8", "list", "null", "text", "unknown value", "unknown name", "half a sign", "very deep"],
)
async def test_bad_body_is_a_problem_that_says_where(client: httpx.AsyncClient, body: bytes, name: str) -> None:
    response = await client.post("/api/v1/conversations", content=body, headers={"Content-Type": "application/json"})
    problem = check_problem(response, 400)
    assert name in "".join(error["name"] for error in problem["errors"])


async def test_bad_value_is_not_repeated(resident: Resident) -> None:
    for body in (
        {"text": SECRET, "choice": SECRET},
        {"text": {"nested": SECRET}},
        {SECRET: 1, "text": "x"},
        {"text": SECRET * 300},
    ):
        response = await resident.post(**body)
        assert response.status_code == 400
        assert "Truus" not in json.dumps([error["reason"] for error in response.json()["errors"]])
    response = await resident.client.get(
        f"{resident.path}/messages", headers=resident.headers, params={"after": SECRET}
    )
    check_problem(response, 400)
    response = await resident.client.get(f"/api/v1/conversations/{SECRET}/messages", headers=resident.headers)
    check_problem(response, 400)


async def test_half_a_sign_in_a_message_is_refused(resident: Resident) -> None:
    body = b'{"clientMessageId": "%s", "text": "hallo \\ud800"}' % str(uuid.uuid4()).encode()
    headers = {**resident.headers, "Content-Type": "application/json"}
    check_problem(await resident.client.post(f"{resident.path}/messages", content=body, headers=headers), 400)


@pytest.mark.parametrize("text", ["a\x00b", "👩‍👩‍👧 \u202e omgekeerd", "\u0000", "ﷺ" * 100, "\r\n\t'\";--"])
async def test_strange_signs_in_a_message_are_kept_as_they_are(resident: Resident, text: str) -> None:
    await resident.say(f"x{text}x")
    assert (await resident.messages())[1]["text"] == f"x{text}x"


async def test_fault_of_ours_tells_nothing_of_what_is_inside(
    resident: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def erase(_: Rights, conversation: object) -> NoReturn:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(Rights, "erase_conversation", erase)
    response = await resident.client.delete(resident.path, headers=resident.headers)
    problem = check_problem(response, 500)
    assert problem["detail"] == "Dit is onze fout. Probeer het straks nog eens."
    assert response.headers["api-version"] == API_VERSION
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_log_of_a_fault_does_not_hold_what_was_said(
    resident: Resident,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def erase(_: Rights, conversation: object) -> NoReturn:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(Rights, "erase_conversation", erase)
    await resident.client.delete(resident.path, headers=resident.headers)
    logged = capsys.readouterr().out
    assert "RuntimeError" in logged
    assert "Truus" not in logged
    assert resident.token not in logged


async def test_database_without_a_free_connection_asks_to_come_back(resident: Resident, runtime: Runtime) -> None:
    pool = runtime.database.engine.sync_engine.pool
    assert isinstance(pool, AsyncAdaptedQueuePool)
    pool._timeout = 0.05
    async with AsyncExitStack() as taken:
        for _ in range(pool.size() + pool._max_overflow):
            await taken.enter_async_context(runtime.database.engine.connect())
        response = await resident.client.get(f"{resident.path}/messages", headers=resident.headers)
    check_problem(response, 503)
    assert response.headers["retry-after"] == "5"
    assert response.headers["api-version"] == API_VERSION
    assert (await resident.messages())[0]["text"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/api/v1/conversations", 201),
        ("GET", "/api/v1/intakes", 401),
        ("POST", "/api/v1/intakes", 401),
        ("GET", NOWHERE + "/messages", 404),
        ("PUT", "/api/v1/intakes", 405),
        ("GET", "/api/v1/openapi.json", 200),
        ("GET", "/api/nothing", 404),
    ],
)
async def test_every_answer_of_the_api_has_its_version_and_is_not_stored(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    response = await client.request(method, path, json={} if method == "POST" else None)
    assert response.status_code == status
    assert response.headers["api-version"] == API_VERSION
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"


async def test_conversation_is_stored_nowhere_on_the_way(resident: Resident) -> None:
    for tail in ("messages", "transcript"):
        response = await resident.client.get(f"{resident.path}/{tail}", headers=resident.headers)
        assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/chat", "/privacy", "/werk/inloggen", "/nothing"])
async def test_pages_run_only_our_own_scripts(client: httpx.AsyncClient, path: str) -> None:
    policy = (await client.get(path)).headers["content-security-policy"]
    directives = dict(directive.strip().split(" ", 1) for directive in policy.split(";"))
    assert directives["default-src"] == "'self'"
    assert directives["object-src"] == directives["base-uri"] == "'none'"
    assert directives["frame-ancestors"] == ("'self'" if path == "/chat" else "'none'")
    assert "unsafe" not in policy


async def test_process_that_lives_says_so_even_when_nothing_else_works(
    client: httpx.AsyncClient, assistant: FakeAssistant
) -> None:
    assistant.down = True
    response = await client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_ready_when_all_parts_answer(client: httpx.AsyncClient) -> None:
    response = await client.get("/readyz")
    assert response.status_code == 200
    assert set(response.json().values()) == {"ok"}


async def test_not_ready_names_the_assistant(client: httpx.AsyncClient, assistant: FakeAssistant) -> None:
    assistant.down = True
    response = await client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["assistant"] == "does not answer"
    assert response.json()["database"] == "ok"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE alembic_version SET version_num = '0000'", f"0000, not {NEWEST}"),
        ("DELETE FROM alembic_version", "migration None"),
        ("DROP TABLE alembic_version", "never migrated"),
    ],
)
async def test_not_ready_names_the_database_and_the_mend(
    client: httpx.AsyncClient, runtime: Runtime, damage: str, words: str
) -> None:
    async with runtime.database.write() as session:
        await session.execute(text(damage))
    response = await client.get("/readyz")
    assert response.status_code == 503
    assert words in response.json()["database"]
    assert "voordeur migrate" in response.json()["database"]
    assert response.json()["assistant"] == "ok"


def operations(app: FastAPI) -> list[tuple[str, str, dict[str, Any]]]:
    paths: dict[str, dict[str, Any]] = app.openapi()["paths"]
    return [
        (path, method, operation)
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method != "servers"
    ]


def test_every_operation_has_a_name_of_its_own_and_is_explained(app: FastAPI) -> None:
    names = [operation["operationId"] for _, _, operation in operations(app)]
    assert len(names) == len(set(names))
    assert all(name.isalnum() and name[0].islower() for name in names)
    assert [operation["operationId"] for _, _, operation in operations(app) if not operation.get("description")] == []


def test_everything_but_health_is_under_one_version(app: FastAPI) -> None:
    description = app.openapi()
    assert description["servers"] == [{"url": "/api/v1"}]
    outside = {path: methods["servers"] for path, methods in description["paths"].items() if "servers" in methods}
    assert outside == {"/healthz": [{"url": "/"}], "/readyz": [{"url": "/"}]}


def test_properties_are_in_camel_case(app: FastAPI) -> None:
    schemas = app.openapi()["components"]["schemas"]
    names = {name for schema in schemas.values() for name in schema.get("properties", {})}
    assert {"clientMessageId", "dueAt", "csrfToken"} <= names
    assert [name for name in names if "_" in name and name != "input_value"] == []


def test_the_contract_is_in_the_description(app: FastAPI) -> None:
    described = {(method.upper(), path) for path, method, _ in operations(app)}
    assert described >= {
        ("POST", "/conversations"),
        ("DELETE", "/conversations/{conversation_id}"),
        ("POST", "/conversations/{conversation_id}/messages"),
        ("GET", "/conversations/{conversation_id}/messages"),
        ("GET", "/conversations/{conversation_id}/events"),
        ("GET", "/conversations/{conversation_id}/transcript"),
        ("POST", "/conversations/{conversation_id}/feedback"),
        ("GET", "/conversations/{conversation_id}/intake"),
        ("DELETE", "/conversations/{conversation_id}/intake"),
        ("POST", "/sessions"),
        ("DELETE", "/sessions/current"),
        ("POST", "/intakes"),
        ("GET", "/intakes"),
        ("GET", "/intakes/{intake_id}"),
        *(
            ("POST", f"/intakes/{{intake_id}}/{action}")
            for action in ("claim", "release", "reply", "notes", "transfer", "close", "service")
        ),
    }
