"""The `voordeur` commands of the privacy officer and the keeper of the keys."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.live import LiveHub
from api.database import Database
from api.people.permissions import as_text
from api.privacy import audit as audit_log
from api.privacy.encryption import KeyRing
from api.privacy.keys import LOOK_AGAIN_SECONDS, NoNewKey, add_key, drop_old_keys, open_keys
from api.privacy.rotation import Rotated, rotate
from api.rights import repository as rights_rows
from api.rights.retention import Retention
from api.rights.service import Rights
from api.settings import Settings
from organisation import load_catalogue

T = TypeVar("T")
keys = typer.Typer(help="The keys of what is stored.", no_args_is_help=True)
retention = typer.Typer(help="Terms of what is kept.", no_args_is_help=True)
audit = typer.Typer(help="The log of who did and read what.", no_args_is_help=True)


@audit.command("verify")
def audit_verify(
    expect: Annotated[
        str | None, typer.Option(help="An end of the chain that was kept elsewhere, as this command printed it.")
    ] = None,
) -> None:
    """Check that no line of the audit log was changed or taken out. Prints where the chain ends: keep that elsewhere."""
    verdict = _reading(lambda session: audit_log.verify(session, _end(expect) if expect else None))
    if verdict.problem:
        typer.echo(f"The audit log is not whole: {verdict.problem}.", err=True)
        raise typer.Exit(1)
    typer.echo(f"The audit log is whole: {verdict.lines} lines. It ends at {verdict.seq}:{verdict.hash}")


@keys.command("rotate")
def keys_rotate(
    keep_old: Annotated[bool, typer.Option(help="Leave the old keys in the file, for a copy of the database.")] = False,
) -> None:
    """Make a new key and encrypt everything again with it, while the service goes on. Running processes take it over by themselves."""
    settings = Settings()
    try:
        add_key(settings)
    except NoNewKey as error:
        typer.echo(f"Nothing was changed. {error}", err=True)
        raise typer.Exit(1) from error
    # Every process has to write with the new key before the last old text is looked for.
    time.sleep(LOOK_AGAIN_SECONDS + 1 if not settings.key else 0)
    ring = open_keys(settings)
    done = asyncio.run(_rotate(settings, ring))
    if done.left:
        typer.echo(f"{done.left} values are still under an older key: run this again. No key was dropped.", err=True)
        raise typer.Exit(1)
    dropped = not keep_old and drop_old_keys(settings)
    what = (
        "The old keys are gone." if dropped else "The old keys are still there: take them out when no copy needs them."
    )
    typer.echo(f"{done.values} values are encrypted with key {ring.current}. {what}")


@retention.command("run")
def retention_run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Let go of what is past its term (retention.yml). The service does this by itself every night."""

    async def run(database: Database, settings: Settings) -> dict[str, int]:
        return await Retention(database, load_catalogue(settings.catalogue)).run(dry=dry_run)

    for name, number in _with_database(run).items():
        typer.echo(f"{name}: {number} {'would go' if dry_run else 'gone'}")


def permissions() -> None:
    """Print who may do what: the table that the tests hold the service to."""
    typer.echo(as_text())


def export(reference: Annotated[str, typer.Argument(help="Such as V-7K3F-9QXM.")]) -> None:
    """Print everything we have of a resident as JSON, by the reference. The audit log keeps that it was done."""
    typer.echo(json.dumps(_by_reference(reference, None), indent=2, ensure_ascii=False))


def erase(
    reference: Annotated[str, typer.Argument(help="Such as V-7K3F-9QXM.")],
    reason: Annotated[str, typer.Option(prompt=True, help="Who asked for it, and how that was checked; no name.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Erase everything of a resident, by the reference. It cannot be undone."""
    if not yes:
        typer.confirm(f"Erase everything of {reference}?", abort=True)
    _by_reference(reference, reason)
    typer.echo(f"Everything of {reference} is erased. The assistant forgets it as soon as the service runs.")


def _by_reference(reference: str, erase_because: str | None) -> dict[str, Any]:
    async def run(database: Database, settings: Settings) -> dict[str, Any] | None:
        async with database.write() as session:
            intake = await rights_rows.intake_by_reference(session, reference)
            if intake is None:
                return None
            rights = Rights(session, load_catalogue(settings.catalogue), LiveHub())
            if erase_because is None:
                return await rights.export_by_reference(intake, audit_log.SYSTEM)
            await rights.erase_by_reference(intake, audit_log.SYSTEM, erase_because)
            return {}

    found = _with_database(run)
    if found is None:
        typer.echo(f"There is no question with number {reference}. Look at it again: no I, O, 0 or 1.", err=True)
        raise typer.Exit(1)
    return found


def _with_database(work: Callable[[Database, Settings], Awaitable[T]]) -> T:
    async def run() -> T:
        settings = Settings()
        open_keys(settings)
        database = Database(settings.database_address)
        try:
            return await work(database, settings)
        finally:
            await database.close()

    return asyncio.run(run())


async def _rotate(settings: Settings, ring: KeyRing) -> Rotated:
    database = Database(settings.database_address)
    try:
        return await rotate(database, ring)
    finally:
        await database.close()


def _end(text: str) -> tuple[int, str]:
    seq, _, digest = text.partition(":")
    if not seq.isdecimal() or len(digest) != 64:
        raise typer.BadParameter("Give the end as the command printed it: number, colon, 64 signs.")
    return int(seq), digest


def _reading(look: Callable[[AsyncSession], Awaitable[T]]) -> T:
    async def run(database: Database, _: Settings) -> T:
        async with database.read() as session:
            return await look(session)

    return _with_database(run)
