"""Uw account: password, second factor, where somebody is signed in, which mail they want, and when they are away."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Response

from api import clock
from api.dependencies import set_cookie
from api.errors import BadRequest, Conflict
from api.notices import repository as notice_rows
from api.notices.models import NoticeKind
from api.people import passwords, second_factor, service, sessions
from api.people import repository as people
from api.people.models import Role
from api.privacy import audit
from api.privacy.audit import Verb
from api.workspace.desk import WORK, Desk, ReadDesk, WriteDesk, go_to
from api.workspace.intake_view import NOTHING_SENT, Attempt, attempting

router = APIRouter(prefix=f"{WORK}/account")

ACCOUNT = f"{WORK}/account"
NOTICES = {
    NoticeKind.NEW_QUESTION: "Er is een nieuwe vraag voor mijn team",
    NoticeKind.TRANSFERRED: "Een collega geeft mij een vraag door",
    NoticeKind.ESCALATED: "Een vraag wacht te lang (alleen voor coördinatoren)",
    NoticeKind.DAILY: "Elke werkdag: wat er vandaag moet en wat te laat is",
}
Text = Annotated[str, Form(max_length=200)]


@router.get("")
async def account(desk: ReadDesk) -> Response:
    """The page."""
    return await _show(desk, NOTHING_SENT)


@router.post("/wachtwoord")
async def change_password(desk: WriteDesk, current: Text = "", new: Text = "") -> Response:
    """Another password. This browser goes on; everywhere else this person is out."""
    await desk.runtime.limits.account(desk.person.email)
    token = ""
    async with attempting(desk, "wachtwoord") as attempt:
        _, token = await service.change_own_password(desk.session, desk.person, desk.current.sign_in, current, new)
    if attempt.problem:
        return await _show(desk, attempt)
    response = go_to(f"{ACCOUNT}?melding=wachtwoord")
    set_cookie(response, token, desk.runtime.settings)
    return response


@router.post("/tweede-stap")
async def begin_second_factor(desk: WriteDesk) -> Response:
    """A secret for an app, as a picture and in letters."""
    setup: second_factor.Setup | None = None
    async with attempting(desk, "tweede-stap") as attempt:
        organisation = desk.runtime.catalogue.organisation.name
        setup = await second_factor.begin(desk.session, desk.person, organisation)
    return await _show(desk, attempt, setup=setup)


@router.post("/tweede-stap/bevestigen")
async def confirm_second_factor(desk: WriteDesk, code: Text = "") -> Response:
    """Turns it on with the code that the app shows, and shows the recovery codes once."""
    await desk.runtime.limits.account(desk.person.email)
    codes: list[str] = []
    async with attempting(desk, "tweede-stap") as attempt:
        codes = await second_factor.confirm(desk.session, desk.person, code)
        await people.end_sessions(desk.session, desk.person.id, but=desk.current.sign_in.id)
    return await _show(desk, attempt, codes=codes)


@router.post("/tweede-stap/uit")
async def remove_second_factor(desk: WriteDesk, password: Text = "") -> Response:
    """Takes it away, for who knows the password."""
    await desk.runtime.limits.account(desk.person.email)
    async with attempting(desk, "tweede-stap-uit") as attempt:
        if not await passwords.matches(desk.person, password):
            raise BadRequest("Uw wachtwoord klopt niet.")
        await second_factor.turn_off(desk.session, desk.person, desk.person)
    return go_to(f"{ACCOUNT}?melding=tweede-stap-uit") if attempt.problem is None else await _show(desk, attempt)


@router.post("/sessies/{session_id}")
async def end_session(session_id: uuid.UUID, desk: WriteDesk) -> Response:
    """Signs out somewhere else."""
    await sessions.end(desk.session, desk.person, session_id)
    return go_to(f"{ACCOUNT}?melding=sessie")


@router.post("/berichten")
async def choose_notices(desk: WriteDesk, wanted: Annotated[list[str] | None, Form()] = None) -> Response:
    """Which mail somebody wants."""
    await notice_rows.choose(desk.session, desk.person.id, {kind for kind in NOTICES if kind not in (wanted or ())})
    return go_to(f"{ACCOUNT}?melding=berichten")


@router.post("/afwezig")
async def set_absence(desk: WriteDesk, until: Text = "") -> Response:
    """Until which day somebody is away, that day included; nothing filled in: back at work."""
    async with attempting(desk, "afwezig", until=until) as attempt:
        moment = _end_of(until, desk.runtime.catalogue.organisation.timezone) if until else None
        if moment is not None and moment <= clock.now():
            raise Conflict("Deze dag is al voorbij. Kies een latere dag.")
        person = await people.get(desk.session, desk.person.id)
        assert person is not None
        person.away_until = moment
        audit.record(desk.session, by=person.id, verb=Verb.CHANGED, of=("person", person.id))
    return go_to(f"{ACCOUNT}?melding=afwezig") if attempt.problem is None else await _show(desk, attempt)


def _end_of(day: str, timezone: str) -> dt.datetime:
    try:
        date = dt.date.fromisoformat(day)
    except ValueError:
        raise BadRequest("Dit is geen dag. Kies een dag in de kalender.") from None
    return dt.datetime.combine(date, dt.time(23, 59), ZoneInfo(timezone))


async def _show(desk: Desk, attempt: Attempt, **more: Any) -> Response:
    now = clock.now()
    since = sessions.idle_since(now)
    return await desk.page(
        "account.html",
        attempt.status,
        **{
            "attempt": attempt,
            "setup": None,
            "codes": [],
            "sessions": await people.sessions_of(desk.session, desk.person.id, now, since),
            "codes_left": await people.recovery_codes_left(desk.session, desk.person.id),
            "notices": NOTICES if desk.person.role in {Role.PROFESSIONAL, Role.COORDINATOR} else {},
            "unwanted": await notice_rows.unwanted_by(desk.session, desk.person.id),
            "mail_ready": desk.runtime.mailer.ready,
            "away_until": _day(desk.person.away_until, now, desk.runtime.catalogue.organisation.timezone),
            "second_factor_needed": desk.runtime.settings.second_factor_needed,
            **more,
        },
    )


def _day(moment: dt.datetime | None, now: dt.datetime, timezone: str) -> str:
    return moment.astimezone(ZoneInfo(timezone)).date().isoformat() if moment and moment > now else ""
