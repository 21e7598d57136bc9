"""The `voordeur` command."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from api.app import create_app
from api.database import Database
from api.operations import intake_commands, privacy_commands
from api.operations.launch import ASSISTANT_PYTHON, CannotStart, launch
from api.operations.migrate import migrate as migrate_database
from api.people.models import Role
from api.people.service import add_person
from api.privacy.keys import open_keys
from api.privacy.pseudonyms import redact as redact_text
from api.settings import ROOT, Settings
from organisation import CatalogueError, load_catalogue

app = typer.Typer(help="Voordeur: the digital front door of a welfare organisation.", no_args_is_help=True)
user = typer.Typer(help="People who can sign in.", no_args_is_help=True)
catalogue = typer.Typer(help="The organisation's own data.", no_args_is_help=True)
app.add_typer(user, name="user")
app.add_typer(catalogue, name="catalogue")
app.add_typer(privacy_commands.audit, name="audit")
app.command("route")(intake_commands.show_route)
app.command("deadlines")(intake_commands.show_deadlines)
app.add_typer(intake_commands.corrections, name="corrections")
app.add_typer(privacy_commands.keys, name="keys")
app.add_typer(privacy_commands.retention, name="retention")
app.command()(privacy_commands.permissions)
app.command()(privacy_commands.export)
app.command()(privacy_commands.erase)


@app.command()
def up() -> None:
    """Start everything on this machine, with demo people. Ctrl-C ends it."""
    try:
        raise typer.Exit(launch(Settings()))
    except CannotStart as error:
        typer.echo(f"Cannot start. {error}", err=True)
        raise typer.Exit(1) from error


@app.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    settings = Settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    migrate_database(settings.database_address)


@app.command()
def openapi() -> None:
    """Print the OpenAPI description of the service."""
    typer.echo(json.dumps(create_app(Settings()).openapi(), indent=2, ensure_ascii=False))


@app.command()
def redact() -> None:
    """Take personal data out of texts: one a line on standard input (or JSON lines with `text`), one JSON line out each."""
    for line in sys.stdin.buffer:
        text, found = redact_text(text_of(line.decode("utf-8", "replace").rstrip("\r\n")))
        typer.echo(json.dumps({"text": text, "found": found}, ensure_ascii=False))


@app.command()
def triage() -> None:
    """Say what texts are about: one a line on standard input (or JSON lines with `text`), one JSON line out each, in order."""
    models = Settings().data.resolve() / "models"
    # The assistant's environment reads and writes by itself; here is only the way to it.
    raise typer.Exit(
        subprocess.run(
            [str(ASSISTANT_PYTHON), "-m", "bot.understanding", str(models)], cwd=ROOT, check=False
        ).returncode
    )


@user.command("add")
def user_add(
    email: str,
    name: str,
    role: Role,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    team: Annotated[str | None, typer.Option(help="A team of the catalogue; a coordinator has none.")] = None,
) -> None:
    """Add somebody who can sign in."""
    settings = Settings()
    teams = load_catalogue(settings.catalogue).teams
    if team is not None and team not in teams:
        raise typer.BadParameter(f"There is no team {team!r}. Choose from: {', '.join(teams)}.")
    if team is None and role is Role.PROFESSIONAL:
        raise typer.BadParameter(f"A professional works in a team: add --team. Choose from: {', '.join(teams)}.")
    if team is not None and role is Role.COORDINATOR:
        raise typer.BadParameter("A coordinator sees the queue of all teams: leave out --team.")
    try:
        asyncio.run(_add(settings, email, name, role, password, team))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


async def _add(settings: Settings, email: str, name: str, role: Role, password: str, team: str | None) -> None:
    open_keys(settings)
    database = Database(settings.database_address)
    async with database.write() as session:
        await add_person(session, email=email, name=name, password=password, role=role, team=team)
    await database.close()


@catalogue.command("check")
def catalogue_check(
    folder: Annotated[Path | None, typer.Argument(help="The folder; else VOORDEUR_CATALOGUE.")] = None,
) -> None:
    """Check the catalogue: every mistake with file, line and what to do."""
    where = folder or Settings().catalogue
    try:
        found = load_catalogue(where)
    except CatalogueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(
        f"{where} is in order: {len(found.services)} services, {len(found.areas)} areas, {len(found.help_lines)} help lines."
    )


def text_of(line: str) -> str:
    """The text of one input line: `{"text": ...}` or the line itself."""
    if line.startswith("{"):
        try:
            data = json.loads(line)
        except (ValueError, RecursionError):
            return line
        if isinstance(data, dict) and isinstance(data.get("text"), str):
            # JSON can name half a sign (a lone surrogate), which cannot be written.
            return str(data["text"]).encode("utf-8", "replace").decode("utf-8")
    return line
