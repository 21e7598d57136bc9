"""A service of its own for each test: a database made by the migrations, an assistant that says what the test tells it to."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import cache
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from api import app as service
from api.app import create_app
from api.conversations.assistant import Assistant, AssistantDown, Reply, Understanding
from api.dependencies import Runtime
from api.operations.migrate import migrate
from api.people import passwords
from api.people.models import Role
from api.people.service import add_person
from api.rights import retention
from api.settings import Settings
from organisation import load_catalogue
from tests.api.databases import SQLITE, PostgreSQL, running_postgresql
from tests.api.people_at_work import PASSWORD, Professional, Resident

DEMO = Settings.model_fields["catalogue"].default


class FakeAssistant(Assistant):
    """Stands where Rasa stands: answers from a script, remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str | None]] = []
        self.understood: list[str] = []
        self.turns: list[uuid.UUID] = []
        self.languages: list[str] = []
        self.forgotten: list[uuid.UUID] = []
        self.answer: Callable[[str], list[Reply]] = lambda text: [Reply(f"Ik hoorde: {text}")]
        self.before_answering: Callable[[], Awaitable[object]] | None = None
        self.intent = "hulp_ontmoeting"
        self.down = False

    async def say(
        self, conversation_id: uuid.UUID, turn_id: uuid.UUID, text: str, payload: str | None, language: str
    ) -> list[Reply]:
        self.heard.append((text, payload))
        self.turns.append(turn_id)
        self.languages.append(language)
        if self.before_answering is not None:
            await self.before_answering()
        self._check()
        return self.answer(text)

    async def understand(self, text: str) -> Understanding:
        self._check()
        self.understood.append(text)
        return Understanding(self.intent, 0.9)

    async def forget(self, conversation_id: uuid.UUID) -> None:
        self._check()
        self.forgotten.append(conversation_id)

    async def ready(self) -> bool:
        return not self.down

    def _check(self) -> None:
        if self.down:
            raise AssistantDown("told to be down")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes last, so that what is broken in an ordinary way is known first."""
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("VOORDEUR_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    # The real hasher is slow on purpose, and nearly every test signs somebody in.
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


_read_once = cache(load_catalogue)


@pytest.fixture(autouse=True)
def _catalogue_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    # Nothing changes it once it is read, and every test starts a service.
    monkeypatch.setattr(
        service, "load_catalogue", lambda folder: (_read_once if folder == DEMO else load_catalogue)(folder)
    )


@pytest.fixture(autouse=True)
def _no_nightly_run(monkeypatch: pytest.MonkeyPatch) -> None:
    # It begins as soon as a service starts, and would remove at once what a test that travels in time is looking at.
    monkeypatch.setattr(retention, "HOUR", 24)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once; every test gets a copy."""
    path = tmp_path_factory.mktemp("database") / "empty.sqlite3"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL of our own, with the database `empty` migrated once; every test gets a copy."""
    with running_postgresql() as server:
        server.create("empty")
        migrate(server.address("empty"))
        yield server


@pytest.fixture
def database_kind() -> str:
    """Which database a test runs on; `both_databases` and tests/api/conversations ask for both."""
    return SQLITE


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    """A migrated database for one test; None is the file in the data folder."""
    if database_kind == SQLITE:
        empty: Path = request.getfixturevalue("empty_database")
        (tmp_path / "voordeur.sqlite3").write_bytes(empty.read_bytes())
        yield None
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    name = f"test_{uuid.uuid4().hex}"
    server.create(name, template="empty")
    yield server.address(name)
    server.drop(name)


@pytest.fixture
def settings(database_url: str | None, tmp_path: Path) -> Settings:
    """Settings with a folder and a database of their own."""
    return Settings(
        data=tmp_path,
        database_url=database_url,
        key="only-for-tests",
        service_token="service-token-for-tests",
        assistant_token="x",
    )


@pytest.fixture
def assistant() -> FakeAssistant:
    """What the service talks to instead of Rasa."""
    return FakeAssistant()


@pytest.fixture
async def app(settings: Settings, assistant: FakeAssistant) -> AsyncIterator[FastAPI]:
    """A running service, background work included."""
    app = create_app(settings, assistant)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def runtime(app: FastAPI) -> Runtime:
    """What the running service holds on to."""
    runtime: Runtime = app.state.runtime
    return runtime


@pytest.fixture
async def new_client(app: FastAPI) -> AsyncIterator[Callable[[], httpx.AsyncClient]]:
    """Makes callers, each with cookies of its own."""
    clients: list[httpx.AsyncClient] = []

    def make() -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        clients.append(httpx.AsyncClient(transport=transport, base_url="http://voordeur.test"))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
def client(new_client: Callable[[], httpx.AsyncClient]) -> httpx.AsyncClient:
    """A caller without any token."""
    return new_client()


@pytest.fixture
async def resident(client: httpx.AsyncClient) -> Resident:
    """Somebody who has just opened the chat."""
    return await Resident.arrive(client)


@pytest.fixture
def professional(
    runtime: Runtime, new_client: Callable[[], httpx.AsyncClient]
) -> Callable[..., Awaitable[Professional]]:
    """Signs somebody in: `await professional("gemert")`."""

    async def sign_in(
        team: str | None = "gemert", role: Role = Role.PROFESSIONAL, name: str = "Sanne de Wit"
    ) -> Professional:
        email = f"{uuid.uuid4().hex[:8]}@voordeur.example"
        async with runtime.database.write() as session:
            person = await add_person(session, email=email, name=name, password=PASSWORD, role=role, team=team)
        return await Professional.sign_in(new_client(), email, person.id)

    return sign_in
