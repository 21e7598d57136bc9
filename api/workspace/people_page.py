"""Medewerkers: who works here, for an administrator. Nothing of residents comes by here."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Form, Response

from api.people.models import Role
from api.people.schemas import PersonCreate
from api.people.service import Administration
from api.workspace.desk import WORK, Desk, ReadDesk, WriteDesk, go_to
from api.workspace.forms import checked
from api.workspace.intake_view import NOTHING_SENT, Attempt, attempting
from api.workspace.wording import ROLES

router = APIRouter(prefix=f"{WORK}/medewerkers")

PEOPLE = f"{WORK}/medewerkers"
SENTENCES = {
    "email": "Vul een e-mailadres in, zoals naam@organisatie.nl.",
    "name": "Vul een naam in.",
    "role": "Kies een rol.",
    "team": "Kies een team.",
}
Text = Annotated[str, Form(max_length=200)]


def _administration(desk: Desk) -> Administration:
    return Administration(desk.session, desk.person, frozenset(desk.runtime.catalogue.teams))


@router.get("")
async def everybody(desk: ReadDesk) -> Response:
    """The list, and a form for somebody new."""
    return await _show(desk, NOTHING_SENT)


@router.post("")
async def add(desk: WriteDesk, email: Text = "", name: Text = "", role: Text = "", team: Text = "") -> Response:
    """Somebody new; the password is shown once."""
    told: dict[str, str] = {}
    async with attempting(desk, "nieuw", email=email, name=name, role=role, team=team) as attempt:
        body = checked(PersonCreate, SENTENCES, email=email, name=name, role=role, team=team or None)
        person, password = await _administration(desk).add(
            email=body.email, name=body.name, role=body.role, team=body.team
        )
        told = {"name": person.name, "password": password}
    return await _show(desk, attempt, told=told)


@router.post("/{person_id}/werk")
async def change(person_id: uuid.UUID, desk: WriteDesk, active: Text = "") -> Response:
    """In or out of work; who goes out is out at once."""
    async with attempting(desk, "werk") as attempt:
        await _administration(desk).change(person_id, active=active == "1")
    return go_to(f"{PEOPLE}?melding=medewerker") if attempt.problem is None else await _show(desk, attempt)


@router.post("/{person_id}/wachtwoord")
async def reset_password(person_id: uuid.UUID, desk: WriteDesk) -> Response:
    """Another password, shown once, to be changed at the first sign-in."""
    told: dict[str, str] = {}
    async with attempting(desk, "wachtwoord") as attempt:
        administration = _administration(desk)
        password = await administration.reset_password(person_id)
        name = next(person.name for person in await administration.people() if person.id == person_id)
        told = {"name": name, "password": password}
    return await _show(desk, attempt, told=told)


@router.post("/{person_id}/tweede-stap")
async def reset_second_factor(person_id: uuid.UUID, desk: WriteDesk) -> Response:
    """For who has lost the app and the recovery codes."""
    async with attempting(desk, "tweede-stap") as attempt:
        await _administration(desk).reset_second_factor(person_id)
    return go_to(f"{PEOPLE}?melding=medewerker") if attempt.problem is None else await _show(desk, attempt)


@router.post("/{person_id}/werkaccount")
async def forget_single_sign_on(person_id: uuid.UUID, desk: WriteDesk) -> Response:
    """For who got another account at the organisation's own sign-in."""
    async with attempting(desk, "werkaccount") as attempt:
        await _administration(desk).forget_single_sign_on(person_id)
    return go_to(f"{PEOPLE}?melding=medewerker") if attempt.problem is None else await _show(desk, attempt)


async def _show(desk: Desk, attempt: Attempt, **more: Any) -> Response:
    return await desk.page(
        "medewerkers.html",
        attempt.status,
        **{
            "attempt": attempt,
            "told": {},
            "people": await _administration(desk).people(),
            "roles": ROLES,
            "teams": desk.runtime.catalogue.teams.values(),
            "needs_team": {Role.PROFESSIONAL, Role.VOLUNTEER},
            **more,
        },
    )
