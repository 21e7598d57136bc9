"""The `voordeur` commands of the privacy officer and the keeper of the keys."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from api.database import Database
from api.privacy import audit as audit_log
from api.privacy.keys import open_keys
from api.settings import Settings

T = TypeVar("T")
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
