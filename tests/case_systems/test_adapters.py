"""Each adapter brings a case exactly once, whatever was done before, and takes all of it away again.

On the stand-ins; and on a real Open Klant or Open Zaak when its address and secret are in the environment:
`OPENKLANT_URL` (up to /klantinteracties/api/v1) and `OPENKLANT_TOKEN`, `OPENZAAK_URL`, `OPENZAAK_CLIENT_ID`, `OPENZAAK_SECRET`,
`OPENZAAK_RSIN` and `OPENZAAK_CASE_TYPE`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from api.case_systems.interface import Case, CaseSystem, NotNow, Refused, Steps
from api.case_systems.openklant import OpenKlant as OpenKlantAdapter
from api.case_systems.zaken import Zaken
from organisation.case_systems import CaseSystemSettings, build_case_systems
from tests.case_systems import open_klant, open_zaak
from tests.case_systems.open_klant import OpenKlant
from tests.case_systems.open_zaak import OpenZaak
from tests.case_systems.serving import StandIn

LONG = "Ik weet het niet meer. " * 100


class Memory:
    """Steps that are kept, and what an outbox would have of them after a crash."""

    def __init__(self, done: dict[str, str] | None = None) -> None:
        self.done = done or {}

    def steps(self) -> Steps:
        return Steps(self.done, self._remember)

    async def _remember(self, step: str, made: str) -> None:
        self.done[step] = made


@pytest.fixture
def case() -> Case:
    """A case with everything in it, too long and written as residents write."""
    signs = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    code = "".join(secrets.choice(signs) for _ in range(8))
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    return Case(
        reference=f"V-{code[:4]}-{code[4:]}",
        subject="Schuldhulpverlening",
        service="schuldhulpverlening",
        area="gemert-bakel",
        team="gemert",
        team_name="Team Gemert-Bakel",
        urgency="Dringend. Huisuitzetting dreigt.",
        due_at=now + dt.timedelta(days=3),
        created_at=now,
        language="nl",
        summary=LONG,
        name="Truus van den Bakker",
        phone="06-12 34 56 78",
        email="truus@example.nl",
        contact_preference="liefst 's avonds",
    )


def settings(kind: str, address: str, **values: Any) -> CaseSystemSettings:
    data = {"kind": kind, "name": "het andere systeem", "address": address, **values}
    return build_case_systems({"systems": {"ander": data}, "routes": []}).systems["ander"]


@dataclasses.dataclass
class Other:
    """Another case system: the adapter to it, and the stand-in when it is one."""

    adapter: CaseSystem
    server: StandIn | None


@pytest.fixture(params=["openklant", "openzaak"])
async def other(request: pytest.FixtureRequest, socket_enabled: None) -> AsyncIterator[Other]:
    """One system after the other: a stand-in, or the real one."""
    if request.param == "openklant":
        actor = {"name": "Team Gemert-Bakel", "object_type": "grp", "object_id": "team-gemert"}
        if address := os.environ.get("OPENKLANT_URL"):
            adapter: CaseSystem = OpenKlantAdapter(
                settings("openklant", address, actor=actor), os.environ["OPENKLANT_TOKEN"]
            )
            yield Other(adapter, None)
        else:
            async with OpenKlant().running() as server:
                address = f"{server.address}{open_klant.BASE}"
                adapter = OpenKlantAdapter(settings("openklant", address, actor=actor), open_klant.TOKEN)
                yield Other(adapter, server)
    elif address := os.environ.get("OPENZAAK_URL"):
        there = settings(
            "zaken",
            address,
            case_type=os.environ["OPENZAAK_CASE_TYPE"],
            organisation=os.environ["OPENZAAK_RSIN"],
            client_id=os.environ["OPENZAAK_CLIENT_ID"],
        )
        adapter = Zaken(there, os.environ["OPENZAAK_SECRET"])
        yield Other(adapter, None)
    else:
        async with OpenZaak().running() as server:
            there = settings(
                "zaken",
                server.address,
                case_type=open_zaak.CASE_TYPE,
                organisation=open_zaak.RSIN,
                client_id=open_zaak.CLIENT,
            )
            adapter = Zaken(there, open_zaak.SECRET)
            yield Other(adapter, server)
    await adapter.close()


async def found(other: Other, case: Case) -> list[str]:
    """How often the case is there, by asking the system itself."""
    finder: Any = other.adapter
    return list(await finder._find(case.reference))


async def test_case_is_brought_with_all_its_parts(other: Other, case: Case) -> None:
    memory = Memory()
    assert await other.adapter.deliver(case, memory.steps())
    assert len(await found(other, case)) == 1
    await other.adapter.erase(case.reference, memory.steps())


async def test_second_try_that_remembers_nothing_makes_nothing_twice(other: Other, case: Case) -> None:
    first, second = Memory(), Memory()
    await other.adapter.deliver(case, first.steps())
    await other.adapter.deliver(case, second.steps())
    assert len(await found(other, case)) == 1
    for step, made in second.done.items():
        assert first.done[step] == made, step
    await other.adapter.erase(case.reference, first.steps())


async def test_every_step_can_be_the_last_one_before_a_crash(other: Other, case: Case) -> None:
    whole = Memory()
    await other.adapter.deliver(case, whole.steps())
    for number in range(len(whole.done)):
        cut = Memory(dict(list(whole.done.items())[:number]))
        await other.adapter.deliver(case, cut.steps())
        assert {**whole.done, **cut.done} == whole.done
    assert len(await found(other, case)) == 1
    await other.adapter.erase(case.reference, whole.steps())


async def test_erased_case_leaves_nothing_also_when_we_never_heard_that_it_arrived(other: Other, case: Case) -> None:
    await other.adapter.deliver(case, Memory().steps())
    await other.adapter.erase(case.reference, Memory().steps())
    assert await found(other, case) == []
    await other.adapter.erase(case.reference, Memory().steps())
    if isinstance(other.server, OpenKlant):
        assert (other.server.contacts, other.server.parties, other.server.tasks, other.server.addresses) == (
            {},
            {},
            {},
            {},
        )
    if isinstance(other.server, OpenZaak):
        assert (other.server.cases, other.server.roles, other.server.statuses) == ({}, {}, {})


async def test_our_own_first_status_is_no_news(other: Other, case: Case) -> None:
    memory = Memory()
    await other.adapter.deliver(case, memory.steps())
    assert await other.adapter.status(memory.steps()) is None
    await other.adapter.erase(case.reference, memory.steps())


@pytest.mark.parametrize(
    "change",
    [
        lambda case: dataclasses.replace(case, name=None, phone=None, email=None, contact_preference=None),
        lambda case: dataclasses.replace(case, phone="belt mijn zus maar", email="geen"),
        lambda case: dataclasses.replace(case, email="truus @home"),
        lambda case: dataclasses.replace(case, email="truus..bakker@example.nl"),
        lambda case: dataclasses.replace(
            case, name="Truus", summary="", service=None, subject="Vraag om een medewerker"
        ),
        lambda case: dataclasses.replace(case, name="x" * 400, phone="+31 6 12345678", language="so"),
    ],
)
async def test_case_with_little_or_odd_contact_data_arrives_too(
    other: Other, case: Case, change: Callable[[Case], Case]
) -> None:
    memory = Memory()
    await other.adapter.deliver(change(case), memory.steps())
    assert len(await found(other, case)) == 1
    await other.adapter.erase(case.reference, memory.steps())


@pytest.mark.parametrize(("trouble", "raised"), [("500", NotNow), ("lose", NotNow), ("refuse", Refused)])
async def test_errors_say_whether_trying_again_helps_and_nothing_of_the_content(
    other: Other, case: Case, trouble: str, raised: type[Exception]
) -> None:
    if other.server is None:
        pytest.skip("a real server cannot be told to fail")
    other.server.trouble = lambda method, path: trouble if method == "POST" else None
    with pytest.raises(raised) as caught:
        await other.adapter.deliver(case, Memory().steps())
    assert not [word for word in ("Truus", "weet het niet", "06", "example") if word in str(caught.value)]


async def test_number_that_somebody_else_gave_out_is_no_obstacle(case: Case) -> None:
    async with OpenKlant().running() as server:
        assert isinstance(server, OpenKlant)
        actor = {"name": "Team", "object_type": "afd", "object_id": "x"}
        adapter = OpenKlantAdapter(
            settings("openklant", f"{server.address}{open_klant.BASE}", actor=actor), open_klant.TOKEN
        )
        await adapter.deliver(case, Memory().steps())
        (first,) = server.contacts.values()
        server.subjects.clear()
        await adapter.deliver(case, Memory().steps())
        assert len({row["nummer"] for row in server.contacts.values()}) == 2
        assert first["nummer"].isdigit()
        await adapter.close()


async def test_task_says_what_ita_and_kiss_show(case: Case) -> None:
    async with OpenKlant().running() as server:
        assert isinstance(server, OpenKlant)
        actor = {"name": "Team Gemert-Bakel", "object_type": "grp", "object_id": "team-gemert"}
        adapter = OpenKlantAdapter(
            settings("openklant", f"{server.address}{open_klant.BASE}", actor=actor), open_klant.TOKEN
        )
        await adapter.deliver(case, Memory().steps())
        (task,), (contact,) = server.tasks.values(), server.contacts.values()
        there = server.actors[task["toegewezenAanActoren"][0]["uuid"]]
        assert there["naam"] == "Team Gemert-Bakel"
        assert there["actoridentificator"]["codeObjecttype"] == "grp"
        assert "Huisuitzetting dreigt" in task["toelichting"]
        assert len(contact["inhoud"]) == 1000
        assert {row["adres"] for row in server.addresses.values()} == {"truus@example.nl", "+31612345678"}
        server.tasks[task["uuid"]]["status"] = "verwerkt"
        memory = Memory({"internetaak": task["uuid"]})
        status = await adapter.status(memory.steps())
        assert status is not None
        assert status.handled
        await adapter.close()


async def test_zaak_status_that_a_person_gives_is_news_in_the_words_of_the_zaaktype(case: Case) -> None:
    async with OpenZaak().running() as server:
        assert isinstance(server, OpenZaak)
        there = settings(
            "zaken",
            server.address,
            case_type=open_zaak.CASE_TYPE,
            organisation=open_zaak.RSIN,
            client_id=open_zaak.CLIENT,
        )
        adapter, memory = Zaken(there, open_zaak.SECRET), Memory()
        await adapter.deliver(case, memory.steps())
        heard = []
        for number in (2, 3):
            server.give_status(memory.done["zaak"], server.status_type(number))
            status = await adapter.status(memory.steps())
            assert status is not None
            heard.append((status.text, status.handled))
        assert heard == [("In behandeling", False), ("Afgerond", True)]
        assert set(server.users) == {"voordeur"}
        await adapter.close()
