"""Bodies have a size, hosts a name, TLS stays TLS, and no page runs a script of somebody else."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from api.app import create_app
from api.body_size import MAX_BODY_BYTES
from api.settings import Settings
from tests.api.conftest import FakeAssistant
from tests.api.people_at_work import Resident


async def test_body_that_is_too_large_is_refused_before_it_is_read(resident: Resident) -> None:
    answer = await resident.post(text="x" * MAX_BODY_BYTES)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert len(await resident.messages()) == 1


async def test_body_without_a_length_is_counted(resident: Resident) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 1000 + 2):
            yield b"x" * 1000

    headers = {**resident.headers, "Content-Type": "application/json"}
    answer = await resident.client.post(f"{resident.path}/messages", headers=headers, content=endless())
    assert answer.status_code == 413


async def test_longest_message_fits(resident: Resident) -> None:
    assert (await resident.post(text="👩" * 4000)).status_code == 202


@pytest.mark.parametrize(
    ("host", "status"), [("gemeente.example", 200), ("evil.example", 400), ("gemeente.example.evil.example", 400)]
)
async def test_request_for_another_host_is_refused(settings: Settings, host: str, status: int) -> None:
    app = create_app(settings.model_copy(update={"hosts": "gemeente.example"}), FakeAssistant())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=f"http://{host}") as client:
        assert (await client.get("/healthz")).status_code == status


async def test_browser_remembers_that_we_speak_tls(new_client: object, settings: Settings) -> None:
    app = create_app(settings, FakeAssistant())
    for scheme, expected in (("https", "max-age=31536000"), ("http", None)):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=f"{scheme}://x.test") as client:
            assert (await client.get("/healthz")).headers.get("strict-transport-security") == expected


async def test_description_of_the_api_loads_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = await client.get("/api/docs")
    assert (page.status_code, "createConversation" in page.text or "/conversations" in page.text) == (200, True)
    assert "<script" not in page.text
    assert "//cdn" not in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_other_sites_cannot_read_the_api_from_a_browser(client: httpx.AsyncClient, origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        answer = await client.request(
            method, "/api/v1/intakes", headers={"Origin": origin, "Access-Control-Request-Method": "GET"}
        )
        assert "access-control-allow-origin" not in answer.headers
