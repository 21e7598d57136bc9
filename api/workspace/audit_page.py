"""Controle: who did or read what, whether the log is whole, and who broke the glass and why. For the privacy officer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Response

from api.errors import Forbidden
from api.intakes import repository as intakes
from api.people import repository as people
from api.people.models import Role
from api.privacy import repository
from api.privacy.audit import Verb, verify
from api.privacy.models import AuditEvent
from api.workspace.audit_wording import ACTORS, VERBS, AuditLine, broken, line_for
from api.workspace.desk import WORK, Desk, ReadDesk

AUDIT = f"{WORK}/controle"
PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for, as it stands in the address."""

    wie: str = ""
    wat: str = ""
    waarvan: str = ""
    van: str = ""
    tot: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The same search for a next address."""
        return {name: value for name, value in vars(self).items() if value}


Short = Annotated[str, Query(max_length=80)]
Before = Annotated[int | None, Query(alias="voor", ge=1, le=2**31 - 1)]


async def _wanted(wie: Short = "", wat: Short = "", waarvan: Short = "", van: Short = "", tot: Short = "") -> Wanted:
    return Wanted(wie, wat, waarvan.strip(), van, tot)


async def _require_privacy_officer(desk: ReadDesk) -> None:
    """Raises `Forbidden` for anybody else."""
    if desk.person.role is not Role.PRIVACY_OFFICER:
        raise Forbidden("Alleen de functionaris gegevensbescherming ziet dit.")


router = APIRouter(prefix=AUDIT, dependencies=[Depends(_require_privacy_officer)])


@router.get("")
async def search(desk: ReadDesk, wanted: Annotated[Wanted, Depends(_wanted)], before: Before = None) -> Response:
    """The log, newest first, narrowed to what is wanted. A word that is wrong finds nothing and the page says so."""
    problem: str | None = None
    found: Sequence[AuditEvent] = []
    try:
        found = await _search(desk, wanted, before)
    except _Unknown as unknown:
        problem = str(unknown)
    return await desk.page(
        "controle.html",
        wanted=wanted,
        problem=problem,
        people=await people.everybody(desk.session),
        actors=ACTORS,
        verbs=VERBS,
        **await _lines(desk, found, AUDIT, wanted.query),
    )


@router.get("/noodgevallen")
async def broken_glass(desk: ReadDesk, before: Before = None) -> Response:
    """Who read along in an emergency, and the reason they gave."""
    found = await repository.search_audit(desk.session, verb=Verb.BROKE_GLASS, before=before, limit=PAGE + 1)
    return await desk.page("noodgevallen.html", **await _lines(desk, found, f"{AUDIT}/noodgevallen", {}))


@router.get("/keten")
async def chain(desk: ReadDesk) -> Response:
    """Walks the whole log and says whether a line was changed or taken out."""
    # Verifying lets go of all rows of its session; the page still needs its own.
    async with desk.runtime.database.read() as session:
        verdict = await verify(session)
    return await desk.page("keten.html", verdict=verdict, sentence=broken(verdict.problem) if verdict.problem else None)


class _Unknown(Exception):
    """What was looked for cannot be: the text says why."""


async def _search(desk: Desk, wanted: Wanted, before: int | None) -> Sequence[AuditEvent]:
    if wanted.wat and wanted.wat not in set(Verb):
        raise _Unknown("Kies een handeling uit de lijst.")
    since, until = _day(desk, wanted.van), _day(desk, wanted.tot)
    return await repository.search_audit(
        desk.session,
        verb=wanted.wat or None,
        actor=wanted.wie or None,
        object_id=await _object(desk, wanted.waarvan),
        since=since,
        until=_next_day(until),
        before=before,
        limit=PAGE + 1,
    )


async def _object(desk: Desk, text: str) -> str | None:
    """A reference stands for its question; what is no reference is looked for as it is."""
    if not text.upper().startswith("V-"):
        return text or None
    intake = await intakes.by_reference(desk.session, text.upper())
    if intake is None:
        raise _Unknown(f"Kenmerk {text} is er niet, of de vraag is gewist. Zoek dan op het nummer.")
    return str(intake)


def _day(desk: Desk, text: str) -> dt.datetime | None:
    if not text:
        return None
    zone = ZoneInfo(desk.runtime.catalogue.organisation.timezone)
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), zone)
    except ValueError:
        raise _Unknown("Vul een dag in, zoals 2026-11-25.") from None


def _next_day(day: dt.datetime | None) -> dt.datetime | None:
    """The midnight after: a day of the local calendar is not always 24 hours."""
    if day is None or day.date() == dt.date.max:
        return None
    return dt.datetime.combine(day.date() + dt.timedelta(days=1), dt.time(), day.tzinfo)


async def _lines(desk: Desk, found: Sequence[AuditEvent], path: str, query: dict[str, str]) -> dict[str, Any]:
    rows, more = found[:PAGE], len(found) > PAGE
    names = {str(person.id): person.name for person in await people.everybody(desk.session)}
    ids = {uuid.UUID(row.object_id) for row in rows if row.object_kind == "intake" and row.object_id}
    references = {str(key): value for key, value in (await intakes.references(desk.session, ids)).items()}
    lines: list[AuditLine] = [line_for(row, names, references, desk.wording) for row in rows]
    following = f"{path}?{urlencode({**query, 'voor': rows[-1].seq})}" if more else None
    return {"lines": lines, "following": following}
