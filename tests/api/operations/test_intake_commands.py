"""Commands about intakes say what the service would do."""

from __future__ import annotations

from typer.testing import CliRunner

from api.operations.cli import app
from api.operations.intake_commands import deadlines
from api.settings import ROOT
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
