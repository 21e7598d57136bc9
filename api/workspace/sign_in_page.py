"""Signing in and out with a form."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request, Response

from api.dependencies import (
    ReadSession,
    Runtime,
    RuntimeDep,
    address_of,
    delete_cookie,
    find_current,
    set_cookie,
)
from api.errors import Forbidden, Problem, Unauthorized
from api.people import service, sessions
from api.workspace.desk import SIGN_IN, WORK, WriteDesk, go_to, show

router = APIRouter(prefix=WORK)

_OWN_PAGE = re.compile(rf"/inzicht|{WORK}(/[\w-]+)*")


@router.get("/inloggen")
async def sign_in_form(request: Request, session: ReadSession, runtime: RuntimeDep, naar: str = WORK) -> Response:
    """The form, or the work of who is signed in already."""
    if await find_current(request, session):
        return go_to(WORK)
    return sign_in_page(request, runtime, naar=naar)


@router.post("/inloggen")
async def sign_in(
    request: Request,
    runtime: RuntimeDep,
    email: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    code: Annotated[str, Form(max_length=20)] = "",
    naar: Annotated[str, Form(max_length=200)] = WORK,
) -> Response:
    """Starts a session, or shows the form again and says what is wrong."""
    _require_own_form(request)
    await runtime.limits.sign_in(email, address_of(request))
    try:
        agent = request.headers.get("user-agent", "")
        signed_in = await service.sign_in(runtime.database, email, password, code or None, agent)
    except Unauthorized as problem:
        return sign_in_page(request, runtime, problem, naar=naar, email=email)
    response = go_to(naar if is_own_page(naar) else WORK)
    set_cookie(response, signed_in.token, runtime.settings)
    return response


def sign_in_page(
    request: Request, runtime: Runtime, problem: Problem | None = None, *, naar: str = WORK, email: str = ""
) -> Response:
    """The form, with what went wrong. `naar` is where somebody wanted to be."""
    return show(
        request,
        "inloggen.html",
        problem.status if problem else 200,
        organisation=runtime.catalogue.organisation.name,
        naar=naar,
        email=email,
        problem=problem and problem.detail,
        code_needed=isinstance(problem, service.SecondFactorNeeded),
        work_account=runtime.provider is not None,
        signed_out=request.query_params.get("melding") == "uitgelogd",
    )


def is_own_page(address: str) -> bool:
    """Whether this is a page for who works here: signing in leads to no other."""
    return _OWN_PAGE.fullmatch(address) is not None


@router.post("/uitloggen")
async def sign_out(desk: WriteDesk) -> Response:
    """Ends the session, here and now."""
    await sessions.end(desk.session, desk.person, desk.current.sign_in.id)
    response = go_to(f"{SIGN_IN}?melding=uitgelogd")
    delete_cookie(response, desk.runtime.settings)
    return response


def _require_own_form(request: Request) -> None:
    """Nobody is signed in yet, so there is no token to check: the browser says which site the form stood on."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("Inloggen kan alleen op deze pagina zelf. Laad de pagina opnieuw en probeer het nog eens.")
