"""Sign in and out, the own account, and the people who work here."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api import clock
from api.dependencies import (
    CurrentPerson,
    ReadSession,
    RuntimeDep,
    WriteSession,
    address_of,
    delete_cookie,
    set_cookie,
)
from api.errors import BadRequest, NotFound
from api.people import passwords, repository, second_factor, service, sessions
from api.people.schemas import (
    PasswordChange,
    PasswordReset,
    PersonChange,
    PersonCreate,
    PersonCreated,
    PersonList,
    PersonRead,
    RecoveryCodes,
    SecondFactorConfirm,
    SecondFactorRemove,
    SecondFactorSetup,
    SessionCreate,
    SessionCreated,
    SessionList,
    SessionRead,
)
from api.people.service import Administration

router = APIRouter()
_sessions = APIRouter(prefix="/sessions", tags=["sessions"])
_own = APIRouter(prefix="/people/me", tags=["account"])
_people = APIRouter(prefix="/people", tags=["people"])


@_sessions.post("", status_code=201, operation_id="createSession")
async def create_session(
    body: SessionCreate, request: Request, runtime: RuntimeDep, response: Response
) -> SessionCreated:
    """Signs somebody in with a cookie that scripts cannot read. 401 with an error for `code` when that has to come too."""
    await runtime.limits.sign_in(body.email, address_of(request))
    agent = request.headers.get("user-agent", "")
    signed_in = await service.sign_in(runtime.database, body.email, body.password, body.code, agent)
    set_cookie(response, signed_in.token, runtime.settings)
    return SessionCreated(csrf_token=signed_in.sign_in.csrf_token)


@_sessions.get("", operation_id="listSessions")
async def list_sessions(current: CurrentPerson, session: ReadSession) -> SessionList:
    """Where the one who asks is signed in."""
    now = clock.now()
    rows = await repository.sessions_of(session, current.person.id, now, sessions.idle_since(now))
    found = [SessionRead.model_validate(row) for row in rows]
    for item in found:
        item.current = item.id == current.sign_in.id
    return SessionList(items=found)


@_sessions.delete("/current", status_code=204, operation_id="deleteSession")
async def delete_session(
    current: CurrentPerson, session: WriteSession, runtime: RuntimeDep, response: Response
) -> None:
    """Signs out, here and now."""
    await sessions.end(session, current.person, current.sign_in.id)
    delete_cookie(response, runtime.settings)


@_sessions.delete("/{session_id}", status_code=204, operation_id="deleteOtherSession")
async def delete_other_session(session_id: uuid.UUID, current: CurrentPerson, session: WriteSession) -> None:
    """Signs out somewhere else."""
    if not await sessions.end(session, current.person, session_id):
        raise NotFound("Deze sessie is er niet (meer).")


@_own.post("/password", status_code=201, operation_id="changeOwnPassword")
async def change_password(
    body: PasswordChange, current: CurrentPerson, session: WriteSession, runtime: RuntimeDep, response: Response
) -> SessionCreated:
    """Another password. This session goes on under another cookie and token; all others end."""
    await runtime.limits.account(current.person.email)
    row, token = await service.change_own_password(session, current.person, current.sign_in, body.current, body.new)
    set_cookie(response, token, runtime.settings)
    return SessionCreated(csrf_token=row.csrf_token)


@_own.post("/second-factor", status_code=201, operation_id="createSecondFactor")
async def begin_second_factor(current: CurrentPerson, session: WriteSession, runtime: RuntimeDep) -> SecondFactorSetup:
    """A secret for an authenticator app. It counts once the app has shown a right code."""
    setup = await second_factor.begin(session, current.person, runtime.catalogue.organisation.name)
    return SecondFactorSetup(secret=setup.secret, address=setup.address, picture=setup.picture)


@_own.post("/second-factor/confirmation", status_code=201, operation_id="confirmSecondFactor")
async def confirm_second_factor(
    body: SecondFactorConfirm, current: CurrentPerson, session: WriteSession, runtime: RuntimeDep
) -> RecoveryCodes:
    """Turns the second factor on, and gives the recovery codes once. Other sessions end."""
    await runtime.limits.account(current.person.email)
    codes = await second_factor.confirm(session, current.person, body.code)
    await repository.end_sessions(session, current.person.id, but=current.sign_in.id)
    return RecoveryCodes(codes=codes)


@_own.post("/second-factor/removal", status_code=204, operation_id="removeSecondFactor")
async def remove_second_factor(
    body: SecondFactorRemove, current: CurrentPerson, session: WriteSession, runtime: RuntimeDep
) -> None:
    """Takes the second factor away."""
    await runtime.limits.account(current.person.email)
    if not await passwords.matches(current.person, body.password):
        raise BadRequest("Uw wachtwoord klopt niet.", [{"name": "password", "reason": "klopt niet"}])
    await second_factor.turn_off(session, current.person, current.person)


async def _administration(current: CurrentPerson, session: WriteSession, runtime: RuntimeDep) -> Administration:
    return Administration(session, current.person, frozenset(runtime.catalogue.teams))


Administrator = Annotated[Administration, Depends(_administration)]


@_people.get("", operation_id="listPeople")
async def list_people(administration: Administrator) -> PersonList:
    """Everybody who works here."""
    return PersonList(items=[PersonRead.model_validate(person) for person in await administration.people()])


@_people.post("", status_code=201, operation_id="createPerson")
async def create_person(body: PersonCreate, administration: Administrator) -> PersonCreated:
    """Somebody new."""
    person, password = await administration.add(email=body.email, name=body.name, role=body.role, team=body.team)
    return PersonCreated(id=person.id, password=password)


@_people.patch("/{person_id}", operation_id="changePerson")
async def change_person(person_id: uuid.UUID, body: PersonChange, administration: Administrator) -> PersonRead:
    """Another role or team, or in or out of work. All sessions of this person end."""
    person = await administration.change(person_id, active=body.active, role=body.role, team=body.team)
    return PersonRead.model_validate(person)


@_people.post("/{person_id}/password-reset", status_code=201, operation_id="resetPassword")
async def reset_password(person_id: uuid.UUID, administration: Administrator) -> PasswordReset:
    """A password to read out once."""
    return PasswordReset(password=await administration.reset_password(person_id))


@_people.post("/{person_id}/second-factor-reset", status_code=204, operation_id="resetSecondFactor")
async def reset_second_factor(person_id: uuid.UUID, administration: Administrator) -> None:
    """For who has lost the app and the recovery codes."""
    await administration.reset_second_factor(person_id)


@_people.post("/{person_id}/single-sign-on-reset", status_code=204, operation_id="resetSingleSignOn")
async def reset_single_sign_on(person_id: uuid.UUID, administration: Administrator) -> None:
    """For who got another account at the organisation's own sign-in."""
    await administration.forget_single_sign_on(person_id)


for part in (_sessions, _own, _people):
    router.include_router(part)
