"""`voordeur export` and `voordeur erase`: what a resident may ask, for who has only a reference."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from api.conversations.models import Conversation
from api.dependencies import Runtime
from api.intakes.models import Intake
from api.operations.cli import app
from api.privacy.audit import SYSTEM
from api.privacy.models import AuditEvent
from api.rights.models import Forgetting
from api.settings import Settings
from tests.api.people_at_work import Resident, hand_over


@pytest.fixture
async def reference(resident: Resident) -> str:
    """The reference of a question with a name in it."""
    made = await hand_over(resident, contact={"name": "Truus Bakker", "phone": "0612345678"})
    return str(made.json()["reference"])


@pytest.fixture(autouse=True)
def _this_installation(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOORDEUR_DATA", str(settings.data))
    monkeypatch.setenv("VOORDEUR_KEY", settings.key or "")


async def run(*arguments: str, says: str | None = None) -> Result:
    """Runs the command in a thread of its own, as it starts an event loop."""
    return await asyncio.to_thread(CliRunner().invoke, app, list(arguments), input=says)


async def all_of(runtime: Runtime, table: Any) -> list[Any]:
    async with runtime.database.read() as session:
        return list(await session.scalars(select(table)))


async def verbs(runtime: Runtime) -> list[tuple[str, str | None]]:
    return [(event.verb, event.reason) for event in await all_of(runtime, AuditEvent) if event.actor == SYSTEM]


async def test_export_prints_everything_and_is_written_down(runtime: Runtime, reference: str) -> None:
    result = await run("export", reference.lower())
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["intakes"][0]["contact"]["name"] == "Truus Bakker"
    assert told["conversation"]["messages"]
    assert await verbs(runtime) == [("exported", None)]


async def test_erase_asks_first_and_no_is_no(runtime: Runtime, reference: str) -> None:
    result = await run("erase", reference, "--reason", "aan de balie gevraagd", says="n\n")
    assert result.exit_code == 1
    assert f"Erase everything of {reference}?" in result.output
    assert len(await all_of(runtime, Intake)) == 1
    assert len(await all_of(runtime, Conversation)) == 1
    assert await verbs(runtime) == []


async def test_erase_leaves_nothing_but_that_it_was_done_and_why(runtime: Runtime, reference: str) -> None:
    result = await run("erase", reference, "--yes", says="aan de balie gevraagd, paspoort gezien\n")
    assert result.exit_code == 0, result.output
    assert await all_of(runtime, Intake) == []
    assert await all_of(runtime, Conversation) == []
    assert len(await all_of(runtime, Forgetting)) == 1
    assert ("erased", "aan de balie gevraagd, paspoort gezien") in await verbs(runtime)
    again = await run("export", reference)
    assert (again.exit_code, again.stdout) == (1, "")


@pytest.mark.parametrize("arguments", [("export",), ("erase", "--yes", "--reason", "gevraagd")])
async def test_unknown_reference_is_said_and_nothing_is_erased(
    runtime: Runtime, reference: str, arguments: tuple[str, ...]
) -> None:
    result = await run(*arguments, "V-0000-0000")
    assert result.exit_code == 1
    assert "no I, O, 0 or 1" in result.stderr
    assert len(await all_of(runtime, Intake)) == 1
