"""The `voordeur` commands of the privacy officer and the keeper of the keys."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from api.database import Database
from api.privacy import audit as audit_log
from api.privacy.encryption import KeyRing
from api.privacy.keys import LOOK_AGAIN_SECONDS, NoNewKey, add_key, drop_old_keys, open_keys
from api.privacy.rotation import Rotated, rotate
from api.settings import Settings

T = TypeVar("T")
keys = typer.Typer(help="The keys of what is stored.", no_args_is_help=True)
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
    async def run() -> T:
        settings = Settings()
        open_keys(settings)
        database = Database(settings.database_address)
        try:
            async with database.read() as session:
                return await look(session)
        finally:
            await database.close()

    return asyncio.run(run())
