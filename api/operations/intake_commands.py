"""Commands about intakes: where a question would go, and by when somebody is in touch."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections import Counter
from collections.abc import Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from babel.dates import format_datetime

from api.database import Database
from api.intakes import repository
from api.intakes.models import ServiceCorrection, Urgency
from api.intakes.routing import route
from api.intakes.urgency import assess
from api.settings import Settings
from organisation import Catalogue, load_catalogue

# Around Christmas and New Year, Easter, King's Day and Liberation Day, Ascension and Whitsun: the moment somebody asks, local time.
ASKED = (
    "2026-12-23T15:00",
    "2026-12-24T20:00",
    "2026-12-31T10:00",
    "2027-03-25T16:00",
    "2027-03-26T10:00",
    "2027-04-26T11:00",
    "2027-04-30T12:30",
    "2027-05-05T09:00",
    "2027-05-14T15:00",
)
KINDS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("schulden", "schuldhulpverlening", {}),
    ("schulden, huisuitzetting dreigt", "schuldhulpverlening", {"threat": "eviction"}),
    ("schulden, deze week afgesloten", "schuldhulpverlening", {"threat": "energy", "threatWhen": "this_week"}),
    ("zorgen om iemand (Wvggz)", "wvggz", {}),
    ("jongerenwerk", "jongerenwerk", {}),
    ("vannacht geen veilige plek", "crisisdienst", {"safeTonight": False}),
)


corrections = typer.Typer(help="What the assistant heard wrong.", no_args_is_help=True)


@corrections.command("export")
def export_corrections(
    table: Annotated[
        bool, typer.Option("--table", help="Count them in a table instead of one JSON line each.")
    ] = False,
) -> None:
    """Print what the assistant heard and what a professional made of it, to train with: no stories, and only the month."""
    found = asyncio.run(_corrections(Settings()))
    if not table:
        for one in found:
            typer.echo(
                json.dumps(
                    {"heard": one.heard, "right": one.right, "language": one.language, "month": f"{one.at:%Y-%m}"}
                )
            )
        return
    typer.echo("| heard | right | language | times |\n| --- | --- | --- | --- |")
    counted = Counter((one.heard or "nothing", one.right, one.language) for one in found)
    for (heard, right, language), times in counted.most_common():
        typer.echo(f"| {heard} | {right} | {language} | {times} |")


async def _corrections(settings: Settings) -> Sequence[ServiceCorrection]:
    database = Database(settings.database_address)
    try:
        async with database.read() as session:
            return await repository.corrections(session)
    finally:
        await database.close()


def show_route(
    place: Annotated[str, typer.Argument(help="What a resident says about the place.")] = "",
    service: Annotated[str | None, typer.Option(help="A service of the catalogue.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show where it would go; nothing is made.")] = False,
) -> None:
    """Explain where a question would go, step by step."""
    if not dry_run:
        raise typer.BadParameter("Intakes are made by the assistant. Add --dry-run to see where one would go.")
    catalogue = load_catalogue(Settings().catalogue)
    if service is not None and service not in catalogue.services:
        raise typer.BadParameter(f"There is no service {service!r}. Choose from: {', '.join(catalogue.services)}.")
    found = route(catalogue, place, service)
    typer.echo("| Vraag | Antwoord | Want |\n| --- | --- | --- |")
    for step in found.steps:
        typer.echo(f"| {step.question} | {step.answer} | {step.because} |")
    if found.place.candidates:
        typer.echo(f"\nVraag de inwoner: {' of '.join(one.name for one in found.place.candidates)}?")


def show_deadlines() -> None:
    """Print by when somebody is in touch around public holidays: docs/deadlines.md is made by it."""
    typer.echo(deadlines(load_catalogue(Settings().catalogue)), nl=False)


def deadlines(catalogue: Catalogue) -> str:
    """The table, in Markdown."""
    lines = [
        "# By when somebody is in touch",
        "",
        "Made by `voordeur deadlines` from the demo catalogue. Dutch working days, public holidays and opening hours count; the last",
        "column is the last moment that the law allows.",
    ]
    for name, service, facts in KINDS:
        lines += ["", f"## {name}", "", "| asked | in touch by | law |", "| --- | --- | --- |"]
        lines += [_row(catalogue, service, facts, asked) for asked in ASKED]
    return "\n".join(lines) + "\n"


def _row(catalogue: Catalogue, service: str, facts: dict[str, object], asked: str) -> str:
    zone = ZoneInfo(catalogue.organisation.timezone)
    moment = dt.datetime.fromisoformat(asked).replace(tzinfo=zone)
    found = assess(catalogue, service, Urgency.NORMAL, facts, "", moment)
    law = _said(found.legal_due_at - dt.timedelta(minutes=1), zone) if found.legal_due_at else "-"
    return f"| {_said(moment, zone)} | {_said(found.due_at, zone)} | {law} |"


def _said(moment: dt.datetime, zone: ZoneInfo) -> str:
    return format_datetime(moment, "EEE d MMM yyyy HH:mm", tzinfo=zone, locale="en")
