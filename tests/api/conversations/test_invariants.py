"""Whatever happens in whatever order, a conversation keeps its promises (hypothesis, stateful).

One resident, two professionals, an assistant that answers when the machine lets it, and a turn taker that can die while it waits.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import update

from api.app import create_app
from api.conversations.models import Turn
from api.people.models import Role
from api.people.service import add_person
from api.settings import Settings
from tests.api.conftest import FakeAssistant
from tests.api.databases import SQLITE, PostgreSQL
from tests.api.people_at_work import PASSWORD, Professional, Resident, hand_over

T = TypeVar("T")
ANSWER = "Ik hoorde: "


class Thinking(FakeAssistant):
    """Answers when it is told to; until then every turn waits."""

    def __init__(self) -> None:
        super().__init__()
        self.thoughts: list[asyncio.Future[None]] = []
        self.before_answering = self._think

    async def _think(self) -> None:
        thought = asyncio.get_running_loop().create_future()
        self.thoughts.append(thought)
        await thought

    def end_thoughts(self, *, crash: bool = False) -> None:
        """Lets every waiting turn go on, or makes its taker die."""
        for thought in self.thoughts:
            if crash:
                thought.cancel()
            else:
                thought.set_result(None)
        self.thoughts.clear()


class Conversation(RuleBasedStateMachine):
    """What can happen, and what must hold after each step."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.assistant = Thinking()
        self.app = create_app(settings, self.assistant)
        self.runtime = self.app.state.runtime
        self.acknowledged: dict[uuid.UUID, tuple[int, str]] = {}
        self.silent_after: int | None = None  # the last seq before a person took over
        self.intake: str | None = None
        self.helper: Professional | None = None
        self.run(self._arrive())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def _arrive(self) -> None:
        self.clients = [self._client() for _ in range(3)]
        self.resident = await Resident.arrive(self.clients[0])
        self.team = []
        for number in (1, 2):
            email, name = f"p{number}@voordeur.example", f"Persoon {number}"
            async with self.runtime.database.write() as session:
                person = await add_person(
                    session, email=email, name=name, password=PASSWORD, role=Role.PROFESSIONAL, team="gemert"
                )
            self.team.append(await Professional.sign_in(self.clients[number], email, person.id))

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://voordeur.test")

    # What the resident does

    @rule()
    def resident_says(self) -> None:
        message_id, text = uuid.uuid4(), f"bericht {len(self.acknowledged)}"
        response = self.run(self.resident.post(message_id, text=text))
        assert response.status_code == 202, response.text
        self.acknowledged[message_id] = (response.json()["seq"], text)

    @precondition(lambda self: self.acknowledged)
    @rule(data=st.data(), times=st.integers(1, 3))
    def resident_sends_again(self, data: st.DataObject, times: int) -> None:
        message_id = data.draw(st.sampled_from(list(self.acknowledged)))
        seq, text = self.acknowledged[message_id]

        async def send() -> list[httpx.Response]:
            return await asyncio.gather(*(self.resident.post(message_id, text=text) for _ in range(times)))

        for response in self.run(send()):
            assert (response.status_code, response.json()) == (200, {"seq": seq})

    @rule(data=st.data())
    def resident_reconnects(self, data: st.DataObject) -> None:
        whole = self.run(self.resident.messages())
        after = data.draw(st.integers(0, len(whole)))
        assert self.run(self.resident.messages(after)) == whole[after:]

    @precondition(lambda self: self.intake)
    @rule()
    def resident_withdraws(self) -> None:
        response = self.run(self.resident.client.delete(f"{self.resident.path}/intake", headers=self.resident.headers))
        assert response.status_code == 204, response.text
        self.intake = self.helper = self.silent_after = None

    # What the assistant does

    @rule()
    def turn_is_taken(self) -> None:
        async def take() -> None:
            before = self.runtime.turns.worker.at_work
            await self.runtime.turns.worker.take_due()
            taken = self.runtime.turns.worker.at_work - before
            waiting = len(self.assistant.thoughts)
            async with asyncio.timeout(10):
                while taken > 0 and len(self.assistant.thoughts) == waiting and self.runtime.turns.worker.at_work:  # noqa: ASYNC110
                    await asyncio.sleep(0)  # the database answers from a thread; nobody tells when

        self.run(take())

    @rule(down=st.booleans())
    def assistant_answers(self, down: bool) -> None:
        self.assistant.down = down
        self._end_thoughts()
        self.assistant.down = False

    @rule()
    def turn_taker_dies(self) -> None:
        self._end_thoughts(crash=True)

        async def forget_leases() -> None:
            async with self.runtime.database.write() as session:
                await session.execute(update(Turn).values(leased_until=None))

        self.run(forget_leases())

    def _end_thoughts(self, *, crash: bool = False) -> None:
        async def end() -> None:
            self.assistant.end_thoughts(crash=crash)
            await self.runtime.turns.worker.finished()

        self.run(end())

    # What professionals do

    @precondition(lambda self: self.intake is None)
    @rule()
    def question_is_handed_over(self) -> None:
        self.intake = self.run(hand_over(self.resident)).json()["id"]

    @precondition(lambda self: self.intake is not None)
    @rule()
    def both_claim(self) -> None:
        async def claim() -> list[httpx.Response]:
            return await asyncio.gather(*(person.post(f"/intakes/{self.intake}/claim") for person in self.team))

        codes = [response.status_code for response in self.run(claim())]
        if self.helper is not None:
            assert codes == [409, 409]
            return
        assert sorted(codes) == [200, 409]
        self.helper = self.team[codes.index(200)]
        self.silent_after = self.run(self.resident.messages())[-1]["seq"]

    @precondition(lambda self: self.helper)
    @rule(what=st.sampled_from(["reply", "release", "close"]))
    def helper_acts(self, what: str) -> None:
        assert self.helper is not None
        body = {"reply": {"text": "Dag, ik help u."}, "release": {}, "close": {"outcome": "helped"}}[what]
        response = self.run(self.helper.post(f"/intakes/{self.intake}/{what}", **body))
        assert response.status_code == 200, response.text
        if what == "release":
            self.helper = None
        if what == "close":
            self.intake = self.helper = self.silent_after = None

    # What always holds

    @invariant()
    def promises_are_kept(self) -> None:
        page = self.run(self.resident.read())
        messages = page["messages"]
        assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))
        said = [(message["seq"], message["text"]) for message in messages if message["sender"] == "resident"]
        assert said == sorted(self.acknowledged.values()), "every acknowledged message exactly once"
        answers = [
            int(message["text"].split()[-1]) for message in messages if message["text"].startswith(f"{ANSWER}bericht")
        ]
        assert answers == sorted(set(answers)), "answers in the order of the questions, none twice"
        if self.silent_after is not None:
            assert page["owner"] != "assistant"
            late = [message for message in messages[self.silent_after :] if message["sender"] == "assistant"]
            assert late == [], "the assistant speaks after a person has taken over"
        else:
            assert page["owner"] == "assistant"

    def teardown(self) -> None:
        """Ends well: whoever asked the assistant something that is still open gets an answer."""

        async def end() -> None:
            for _ in range(len(self.acknowledged) + 1):
                async with self.runtime.database.write() as session:
                    await session.execute(update(Turn).values(leased_until=None))
                self.assistant.before_answering = None
                self.assistant.end_thoughts()
                await self.runtime.turns.worker.take_due()
                await self.runtime.turns.worker.finished()
            assert (await self.resident.read())["assistantBusy"] is False

        try:
            self.run(end())
            self.promises_are_kept()
        finally:
            self.run(self._leave())
            self.runner.close()

    async def _leave(self) -> None:
        for client in self.clients:
            await client.aclose()
        await self.runtime.database.close()


@pytest.fixture
def new_settings(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Settings]:
    """Settings with a new database each time: hypothesis tells many stories in one test."""

    def make() -> Settings:
        folder = tmp_path / uuid.uuid4().hex
        folder.mkdir()
        address = None
        if database_kind == SQLITE:
            empty: Path = request.getfixturevalue("empty_database")
            (folder / "voordeur.sqlite3").write_bytes(empty.read_bytes())
        else:
            server: PostgreSQL = request.getfixturevalue("postgresql")
            name = f"story_{folder.name}"
            server.create(name, template="empty")
            request.addfinalizer(lambda: server.drop(name))
            address = server.address(name)
        return Settings(
            data=folder,
            database_url=address,
            key="only-for-tests",
            service_token="service-token-for-tests",
            assistant_token="x",
            limit_messages_per_conversation="100000/minute",
        )

    return make


def test_conversation_keeps_its_promises(new_settings: Callable[[], Settings]) -> None:
    run_state_machine_as_test(
        lambda: Conversation(new_settings()),  # type: ignore[arg-type]  # it only ever calls it
        settings=hypothesis_settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
