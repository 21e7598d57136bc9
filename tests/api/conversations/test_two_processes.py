"""Two api processes side by side on one database: one answer to each question, one winner of each intake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.dependencies import Runtime
from api.people.models import Role
from api.people.service import add_person
from api.settings import Settings
from tests.api.conftest import FakeAssistant
from tests.api.databases import POSTGRESQL
from tests.api.people_at_work import PASSWORD, Professional, Resident, hand_over

RESIDENTS, PROFESSIONALS = 50, 5


@pytest.fixture
def database_kind() -> str:
    """SQLite serves one api process; two need PostgreSQL."""
    return POSTGRESQL


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.assistant_timeout_seconds = 60.0  # a busy machine must not make the assistant late
    return settings


@pytest.fixture
async def second(settings: Settings, assistant: FakeAssistant) -> AsyncIterator[FastAPI]:
    """The other process: nothing in common with the first but database and assistant."""
    app = create_app(settings, assistant)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def doors(app: FastAPI, second: FastAPI) -> AsyncIterator[list[httpx.AsyncClient]]:
    """A way into each process."""
    clients = [
        httpx.AsyncClient(transport=httpx.ASGITransport(each), base_url="http://v.test") for each in (app, second)
    ]
    yield clients
    for client in clients:
        await client.aclose()


async def test_every_question_is_answered_once_and_in_order(
    doors: list[httpx.AsyncClient], assistant: FakeAssistant
) -> None:
    async def talk(number: int) -> list[str]:
        resident = await Resident.arrive(doors[number % 2])
        for question in ("een", "twee", "drie"):
            resident.client = doors[(number + len(question)) % 2]
            await resident.say(question)
        return [message["text"] for message in (await resident.answered())[1:] if message["sender"] == "assistant"]

    answers = await asyncio.gather(*(talk(number) for number in range(RESIDENTS)))
    assert answers == [[f"Ik hoorde: {question}" for question in ("een", "twee", "drie")]] * RESIDENTS
    assert len(assistant.turns) == len(set(assistant.turns)) == 3 * RESIDENTS


async def test_every_intake_has_one_winner(doors: list[httpx.AsyncClient], runtime: Runtime) -> None:
    residents = [await Resident.arrive(doors[number % 2]) for number in range(RESIDENTS)]
    intakes = [(await hand_over(resident)).json()["id"] for resident in residents]
    team: list[Professional] = []
    for number in range(PROFESSIONALS):
        email, role = f"p{number}@voordeur.example", Role.PROFESSIONAL
        async with runtime.database.write() as session:
            person = await add_person(
                session, email=email, name=f"Persoon {number}", password=PASSWORD, role=role, team="gemert"
            )
        client = httpx.AsyncClient(transport=doors[number % 2]._transport, base_url="http://v.test")
        team.append(await Professional.sign_in(client, email, person.id))

    for resident, intake in zip(residents, intakes, strict=True):
        tries = await asyncio.gather(*(member.post(f"/intakes/{intake}/claim") for member in team))
        assert sorted(answer.status_code for answer in tries) == [200] + [409] * (PROFESSIONALS - 1)
        winner = next(number for number, answer in enumerate(tries) if answer.status_code == 200)
        assert all(f"Persoon {winner} " in answer.json()["detail"] for answer in tries if answer.status_code == 409)
        joined = [message for message in await resident.messages() if "leest nu met u mee" in message["text"]]
        assert len(joined) == 1
        assert f"Persoon {winner} " in joined[0]["text"]
    for member in team:
        await member.client.aclose()
