"""Two api processes as they are started in production, side by side on one PostgreSQL: one winner, one answer, no half changes."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator

import httpx
import pytest

from api.database import Database
from api.people.models import Role
from api.people.service import add_person
from api.privacy.keys import open_keys
from api.settings import ROOT, Settings
from tests.api.conversations.rasa_stand_in import RasaStandIn
from tests.api.databases import POSTGRESQL
from tests.api.people_at_work import PASSWORD, Professional, Resident, hand_over

RESIDENTS, PROFESSIONALS, TOGETHER = 50, 5, 10
UNLIMITED = dict.fromkeys(
    (
        "VOORDEUR_LIMIT_SIGN_INS_PER_ACCOUNT",
        "VOORDEUR_LIMIT_MESSAGES_PER_CONVERSATION",
        "VOORDEUR_LIMIT_CONVERSATIONS_PER_ADDRESS",
    ),
    "1000000/minute",
)


@pytest.fixture
def database_kind() -> str:
    """SQLite serves one api process; two need PostgreSQL."""
    return POSTGRESQL


@pytest.fixture
async def rasa() -> AsyncIterator[RasaStandIn]:
    async with RasaStandIn(thinking_seconds=0.05).running() as stand_in:
        yield stand_in


class Servers:
    """Two servers; each can be killed."""

    def __init__(self, settings: Settings, rasa: RasaStandIn) -> None:
        self._environment = {
            **os.environ,
            **UNLIMITED,
            "VOORDEUR_DATA": str(settings.data),
            "VOORDEUR_DATABASE_URL": settings.database_address,
            "VOORDEUR_KEY": settings.key or "",
            "VOORDEUR_SERVICE_TOKEN": settings.service_token,
            "VOORDEUR_ASSISTANT_TOKEN": settings.assistant_token,
            "VOORDEUR_ASSISTANT_URL": rasa.address,
        }
        self.processes: list[asyncio.subprocess.Process] = []
        self.clients: list[httpx.AsyncClient] = []

    async def start(self) -> None:
        port = _free_port()
        command = [sys.executable, "-m", "uvicorn", "--factory", "api.app:serve", "--port", str(port)]
        self.processes.append(
            await asyncio.create_subprocess_exec(*command, "--log-level", "warning", cwd=ROOT, env=self._environment)
        )
        client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60)
        self.clients.append(client)
        async with asyncio.timeout(120):
            while True:
                try:
                    if (await client.get("/readyz")).status_code == 200:
                        return
                except httpx.HTTPError:
                    await asyncio.sleep(0.1)

    async def end(self) -> None:
        for process in self.processes:
            if process.returncode is None:
                process.terminate()
        for client in self.clients:
            await client.aclose()
        for process in self.processes:
            await asyncio.wait_for(process.wait(), 30)


@pytest.fixture
async def servers(settings: Settings, rasa: RasaStandIn) -> AsyncIterator[Servers]:
    both = Servers(settings, rasa)
    try:
        await both.start()
        await both.start()
        yield both
    finally:
        await both.end()


@pytest.fixture
async def team(settings: Settings, servers: Servers) -> AsyncIterator[list[Professional]]:
    """Five colleagues, two on one server and three on the other."""
    open_keys(settings)
    database = Database(settings.database_address)
    members = []
    for number in range(PROFESSIONALS):
        email, name = f"p{number}@voordeur.example", f"Persoon {number}"
        async with database.write() as session:
            person = await add_person(
                session, email=email, name=name, password=PASSWORD, role=Role.PROFESSIONAL, team="gemert"
            )
        client = httpx.AsyncClient(base_url=servers.clients[number % 2].base_url, timeout=60)
        members.append(await Professional.sign_in(client, email, person.id))
    yield members
    for member in members:
        await member.client.aclose()
    await database.close()


async def test_fifty_residents_five_professionals_one_winner_each(servers: Servers, team: list[Professional]) -> None:
    async def one(number: int) -> tuple[Resident, str]:
        resident = await Resident.arrive(servers.clients[number % 2])
        return resident, (await hand_over(resident)).json()["id"]

    asked = await asyncio.gather(*(one(number) for number in range(RESIDENTS)))
    tries: list[httpx.Response] = []
    for start in range(0, RESIDENTS, TOGETHER):
        some = asked[start : start + TOGETHER]
        tries += await asyncio.gather(
            *(member.post(f"/intakes/{intake}/claim") for _, intake in some for member in team)
        )
    for place, (resident, _) in enumerate(asked):
        answers = tries[place * PROFESSIONALS : (place + 1) * PROFESSIONALS]
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * (PROFESSIONALS - 1)
        winner = next(number for number, answer in enumerate(answers) if answer.status_code == 200)
        losers = [answer.json()["detail"] for answer in answers if answer.status_code == 409]
        assert all(f"Persoon {winner} " in detail for detail in losers)
        joined = [message["text"] for message in await resident.messages() if "leest nu met u mee" in message["text"]]
        assert len(joined) == 1
        assert f"Persoon {winner} " in joined[0]


async def test_whatever_happens_to_an_intake_at_once_leaves_it_whole(
    servers: Servers, team: list[Professional]
) -> None:
    async def one(number: int) -> None:
        resident = await Resident.arrive(servers.clients[number % 2])
        intake = (await hand_over(resident)).json()["id"]
        helper, *others = team
        assert (await helper.post(f"/intakes/{intake}/claim")).status_code == 200
        answers = await asyncio.gather(
            helper.post(f"/intakes/{intake}/reply", text="Dag"),
            helper.post(f"/intakes/{intake}/transfer", team="best", note="Hoort bij Best."),
            helper.post(f"/intakes/{intake}/close", outcome="helped"),
            helper.post(f"/intakes/{intake}/release"),
            *(member.post(f"/intakes/{intake}/claim") for member in others),
            resident.client.delete(f"{resident.path}/intake", headers=resident.headers),
            resident.post(text="ik heb nog iets"),
        )
        codes = [answer.status_code for answer in answers]
        assert set(codes) <= {200, 202, 204, 403, 404, 409}, codes
        page = await resident.read()
        seqs = [message["seq"] for message in page["messages"]]
        assert seqs == list(range(1, len(seqs) + 1))
        own = await resident.client.get(f"{resident.path}/intake", headers=resident.headers)
        if own.json()["status"] in {"withdrawn", "closed"}:
            assert page["owner"] != "professional", (codes, own.json())

    await asyncio.gather(*(one(number) for number in range(TOGETHER)))


async def test_server_that_is_killed_loses_and_doubles_nothing(servers: Servers, rasa: RasaStandIn) -> None:
    first, second = servers.clients
    residents = [await Resident.arrive(second) for _ in range(20)]
    for resident in residents[:10]:
        resident.client = first
    rasa.thinking_seconds = 0.5
    await asyncio.gather(*(resident.say("bent u daar?") for resident in residents))
    servers.processes[0].kill()
    rasa.thinking_seconds = 0.0
    for resident in residents:
        resident.client = second
        messages = await resident.answered()
        assert [message["text"] for message in messages[1:]] == ["bent u daar?", "Ik hoorde: bent u daar?"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
