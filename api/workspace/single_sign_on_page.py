"""Signing in with the work account: to the organisation's own sign-in and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import clock
from api.dependencies import Runtime, RuntimeDep, address_of, set_cookie
from api.errors import NotFound, Problem, Unauthorized
from api.people import single_sign_on
from api.people.provider import Attempt, Provider
from api.privacy.encryption import seal, unseal
from api.settings import Settings
from api.workspace.desk import SIGN_IN, WORK, go_to, show
from api.workspace.sign_in_page import is_own_page, sign_in_page

router = APIRouter(prefix=f"{SIGN_IN}/werkaccount")

BACK = f"{SIGN_IN}/werkaccount/terug"
MINUTES = 10
Told = Annotated[str, Query(max_length=4000)]


@router.get("")
async def begin(request: Request, runtime: RuntimeDep, naar: str = WORK) -> Response:
    """To the organisation's own sign-in. What belongs to this attempt goes along in a cookie that only we can read."""
    provider = _provider(runtime)
    await runtime.limits.work_account(address_of(request))
    try:
        address, attempt = await single_sign_on.begin(provider)
    except Problem as problem:
        return sign_in_page(request, runtime, problem, naar=naar)
    response = go_to(address)
    _keep(response, runtime.settings, attempt, naar if is_own_page(naar) else WORK)
    return response


@router.get("/terug")
async def come_back(
    request: Request, runtime: RuntimeDep, state: Told = "", code: Told = "", iss: Told | None = None
) -> Response:
    """Back with a code that says who it is."""
    provider = _provider(runtime)
    await runtime.limits.work_account(address_of(request))
    kept = _kept(request, runtime.settings)
    try:
        if kept is None or not code:
            raise Unauthorized(single_sign_on.AGAIN)
        attempt, page = kept
        agent = request.headers.get("user-agent", "")
        signed_in = await single_sign_on.finish(runtime.database, provider, attempt, state, code, iss, agent)
    except Problem as problem:
        response = sign_in_page(request, runtime, problem)
    else:
        # Not a redirect: the browser came from another site, and would not send a strict cookie along with it.
        response = show(request, "binnen.html", organisation=runtime.catalogue.organisation.name, page=page)
        set_cookie(response, signed_in.token, runtime.settings)
    response.delete_cookie(_name(runtime.settings), path="/", httponly=True, secure=runtime.settings.production)
    return response


@router.get("/uit")
async def end(runtime: RuntimeDep) -> Response:
    """To the page where the session at the organisation's own sign-in is ended too."""
    address = await single_sign_on.end_address(_provider(runtime), f"{runtime.settings.public_address}{SIGN_IN}")
    return go_to(address or f"{SIGN_IN}?melding=uitgelogd")


def _provider(runtime: Runtime) -> Provider:
    if runtime.provider is None:
        raise NotFound("Inloggen met een werkaccount is hier niet ingesteld.")
    return runtime.provider


def _name(settings: Settings) -> str:
    return "__Host-voordeur_werkaccount" if settings.production else "voordeur_werkaccount"


def _keep(response: Response, settings: Settings, attempt: Attempt, page: str) -> None:
    until = (clock.now() + timedelta(minutes=MINUTES)).timestamp()
    response.set_cookie(
        _name(settings),
        seal(json.dumps({"attempt": asdict(attempt), "page": page, "until": until})),
        httponly=True,
        samesite="lax",  # the provider sends the browser back: a strict one would not come along
        secure=settings.production,
        max_age=MINUTES * 60,
        path="/",
    )


def _kept(request: Request, settings: Settings) -> tuple[Attempt, str] | None:
    """What the browser kept; None when there is nothing, when it is too old, or not from us."""
    try:
        kept = json.loads(unseal(request.cookies.get(_name(settings), "")))
        if clock.now().timestamp() > kept["until"]:
            return None
        return Attempt(**kept["attempt"]), kept["page"]
    except (ValueError, KeyError, TypeError):
        return None
