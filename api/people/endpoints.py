"""Sign in, sign out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.dependencies import COOKIE, CurrentPerson, RuntimeDep, WriteSession, address_of, set_cookie
from api.people import repository, service
from api.people.schemas import SessionCreate, SessionCreated

router = APIRouter(tags=["sessions"])


@router.post("/sessions", status_code=201, operation_id="createSession")
async def create_session(
    body: SessionCreate, request: Request, session: WriteSession, runtime: RuntimeDep, response: Response
) -> SessionCreated:
    """Signs somebody in with a cookie that scripts cannot read."""
    await runtime.limits.sign_in(body.email, address_of(request))
    _, sign_in, token = await service.sign_in(session, body.email, body.password)
    set_cookie(response, token, runtime.settings)
    return SessionCreated(csrf_token=sign_in.csrf_token)


@router.delete("/sessions/current", status_code=204, operation_id="deleteSession")
async def delete_session(current: CurrentPerson, session: WriteSession, response: Response) -> None:
    """Signs out, here and now."""
    await repository.sign_out(session, current.sign_in.id)
    response.delete_cookie(COOKIE, path="/")
