"""Commands about intakes say what the service would do."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from typer.testing import CliRunner

from api.database import Database
from api.intakes.models import ServiceCorrection
from api.operations.cli import app
from api.operations.intake_commands import deadlines
from api.operations.migrate import migrate
from api.settings import ROOT, Settings
from organisation import load_catalogue

CATALOGUE = load_catalogue(ROOT / "catalogue" / "demo")


def test_route_explains_each_step_and_makes_nothing() -> None:
    result = CliRunner().invoke(app, ["route", "ik woon in gemerd", "--service", "jongerenwerk", "--dry-run"])
    assert result.exit_code == 0, result.output
    assert "| Gebied | Gemert-Bakel | lijkt op Gemert (83 %) |" in result.output
    assert "| Verwijzing | Jongerenwerk De Uitdaging | doet deze dienst in Gemert-Bakel |" in result.output


def test_route_without_dry_run_and_with_an_unknown_service_says_what_to_do() -> None:
    assert "--dry-run" in CliRunner().invoke(app, ["route", "Best"]).output
    unknown = CliRunner().invoke(app, ["route", "Best", "--service", "toverij", "--dry-run"])
    assert unknown.exit_code != 0
    assert "schuldhulpverlening" in unknown.output


def test_table_of_deadlines_in_the_docs_is_what_the_code_counts() -> None:
    written = (ROOT / "docs" / "deadlines.md").read_text(encoding="utf-8")
    assert written == deadlines(CATALOGUE), "Run: .venv/bin/voordeur deadlines > docs/deadlines.md"


def test_corrections_come_out_to_learn_from_without_a_word_of_the_resident(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    migrate(settings.database_address)
    pairs = [("taalhuis", "wvggz"), (None, "taalhuis"), ("taalhuis", "wvggz")]

    async def keep() -> None:
        database = Database(settings.database_address)
        async with database.write() as session:
            for heard, right in pairs:
                session.add(ServiceCorrection(heard=heard, right=right, language="nl"))
        await database.close()

    asyncio.run(keep())
    environment = {"VOORDEUR_DATA": str(tmp_path)}
    lines = CliRunner().invoke(app, ["corrections", "export"], env=environment).output.splitlines()
    assert sorted((str(one["heard"]), one["right"]) for one in map(json.loads, lines)) == sorted(
        (str(heard), right) for heard, right in pairs
    )
    assert all(set(json.loads(line)) == {"heard", "right", "language", "month"} for line in lines)
    table = CliRunner().invoke(app, ["corrections", "export", "--table"], env=environment).output.splitlines()
    assert table[2:] == ["| taalhuis | wvggz | nl | 2 |", "| nothing | taalhuis | nl | 1 |"]
