"""What endpoints ask for: a transaction, the runtime, and who is asking."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import Depends, Header, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.background import Background
from api.channels.telegram.service import Telegram
from api.conversations.assistant import Assistant
from api.conversations.live import LiveHub
from api.conversations.models import Conversation
from api.conversations.service import Conversations
from api.conversations.turns import TurnTaker
from api.database import Database
from api.errors import Forbidden, Unauthorized
from api.intakes.delivering import Delivering
from api.limits import Limits
from api.mail import Mailer
from api.people import repository as people
from api.people.models import Person, SignIn
from api.people.provider import Provider
from api.people.sessions import SEEN_EVERY_SECONDS, SESSION_HOURS, hash_cookie, idle_since
from api.settings import Settings
from organisation import Catalogue

log = structlog.get_logger()

COOKIE = "voordeur_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass
class Runtime:
    """Everything one process of the service holds on to."""

    settings: Settings
    catalogue: Catalogue
    database: Database
    live: LiveHub
    assistant: Assistant
    turns: TurnTaker
    background: Background
    limits: Limits
    telegram: Telegram | None
    mailer: Mailer
    delivering: Delivering
    service_token: str
    provider: Provider | None
    """The organisation's own sign-in, when it is configured."""


def get_runtime(request: Request) -> Runtime:
    """The runtime of this process."""
    runtime = request.app.state.runtime
    assert isinstance(runtime, Runtime)
    return runtime


async def _runtime(request: Request) -> Runtime:
    return get_runtime(request)


# Asynchronous though it waits for nothing: FastAPI sends the other kind to a thread, at every request.
RuntimeDep = Annotated[Runtime, Depends(_runtime)]


async def _read_session(runtime: RuntimeDep) -> AsyncIterator[AsyncSession]:
    async with runtime.database.read() as session:
        yield session


async def _write_session(runtime: RuntimeDep) -> AsyncIterator[AsyncSession]:
    async with runtime.database.write() as session:
        yield session


ReadSession = Annotated[AsyncSession, Depends(_read_session, scope="function")]
# The scope makes the commit come before the answer: what we acknowledge is stored.
WriteSession = Annotated[AsyncSession, Depends(_write_session, scope="function")]

_bearer = HTTPBearer(
    auto_error=False, description="The token of the conversation, or the service token of our own processes."
)
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def _token(bearer: HTTPAuthorizationCredentials | None) -> str | None:
    return bearer.credentials if bearer else None


def address_of(request: Request) -> str:
    """Who is on the other side of the socket, or of our own proxies (`VOORDEUR_TRUSTED_PROXIES`)."""
    return request.client.host if request.client else ""


async def limit_messages(request: Request, conversation_id: uuid.UUID, bearer: Bearer, runtime: RuntimeDep) -> None:
    """Raises `TooManyRequests` before anything is asked of the database."""
    await runtime.limits.message(f"{conversation_id} {_token(bearer)}", address_of(request))


async def limit_signs(conversation_id: uuid.UUID, bearer: Bearer, runtime: RuntimeDep) -> None:
    """Raises `TooManyRequests` before anything is asked of the database."""
    await runtime.limits.sign(f"{conversation_id} {_token(bearer)}")


async def limit_conversations(request: Request, runtime: RuntimeDep) -> None:
    """Raises `TooManyRequests` before anything is asked of the database."""
    await runtime.limits.conversation(address_of(request))


@dataclass
class OwnConversation:
    """A conversation, and the service to work on it, for the resident who holds its token."""

    row: Conversation
    service: Conversations
    session: AsyncSession


async def _own_for_reading(
    conversation_id: uuid.UUID, bearer: Bearer, session: ReadSession, runtime: RuntimeDep
) -> OwnConversation:
    service = Conversations(session, runtime.catalogue, runtime.live)
    return OwnConversation(await service.find(conversation_id, _token(bearer)), service, session)


async def _own_for_writing(
    conversation_id: uuid.UUID, bearer: Bearer, session: WriteSession, runtime: RuntimeDep
) -> OwnConversation:
    service = Conversations(session, runtime.catalogue, runtime.live)
    return OwnConversation(await service.find(conversation_id, _token(bearer)), service, session)


ReadOwn = Annotated[OwnConversation, Depends(_own_for_reading)]
WriteOwn = Annotated[OwnConversation, Depends(_own_for_writing)]


async def require_service_token(runtime: RuntimeDep, bearer: Bearer) -> None:
    """Lets only our own processes in. Raises `Unauthorized`."""
    if bearer is None or not secrets.compare_digest(bearer.credentials.encode(), runtime.service_token.encode()):
        raise Unauthorized("Dit kan alleen met het token van de dienst zelf.")


@dataclass(frozen=True)
class Current:
    """Who is signed in, and with which session."""

    person: Person
    sign_in: SignIn


class SetUpFirst(Forbidden):
    """A new password or a second factor has to be there before any work is done; `what` says which, for the account page."""

    def __init__(self, what: str, detail: str) -> None:
        super().__init__(detail)
        self.what = what


# Where somebody can still come who has to set something up first.
_ACCOUNT = ("/werk/account", "/werk/uitloggen", "/api/v1/people/me", "/api/v1/sessions")


async def find_current(request: Request, session: AsyncSession) -> Current | None:
    """Who holds the session cookie of this request, if anybody. Raises `SetUpFirst`."""
    settings = get_runtime(request).settings
    cookie = request.cookies.get(cookie_name(settings))
    if not cookie:
        return None
    now = clock.now()
    found = await people.signed_in(session, hash_cookie(cookie), now, idle_since(now))
    if found is None:
        return None
    current = Current(*found)
    if (
        now - current.sign_in.last_seen_at
    ).total_seconds() > SEEN_EVERY_SECONDS and "HX-Request" not in request.headers:
        # Written when the answer has gone, by `mark_seen`: this transaction may be one that only reads.
        request.state.seen = current.sign_in.id
    check_set_up(current, settings, request.url.path)
    return current


def check_set_up(current: Current, settings: Settings, path: str) -> None:
    """Raises `SetUpFirst` for who must choose a password or set up a second factor before anything else."""
    if path.startswith(_ACCOUNT) or not path.startswith(("/werk", "/api/")):
        return
    # Password and app belong to signing in here; who came by the organisation's own sign-in used neither.
    if current.sign_in.by_provider:
        return
    if current.person.must_change_password:
        raise SetUpFirst("eerst-wachtwoord", "Kies eerst een eigen wachtwoord, op de pagina Uw account.")
    if settings.second_factor_needed and current.person.second_factor_since is None:
        raise SetUpFirst("eerst-tweede-stap", "Zet eerst de tweede stap bij het inloggen aan, op de pagina Uw account.")


async def mark_seen(request: Request) -> None:
    """Writes down that somebody is at work, so that the session does not end for being idle.

    Their answer is there already and does not wait for a database that is too busy: the next request writes it down.
    """
    sign_in_id = getattr(request.state, "seen", None)
    if sign_in_id is None:
        return
    try:
        async with get_runtime(request).database.write() as session:
            await people.seen(session, sign_in_id, clock.now())
    except SQLAlchemyError as error:
        log.warning("not_seen", error=type(error).__name__)


def cookie_name(settings: Settings) -> str:
    """In production a browser takes this cookie only over TLS, for this host and all its paths (`__Host-`)."""
    return f"__Host-{COOKIE}" if settings.production else COOKIE


def set_cookie(response: Response, token: str, settings: Settings) -> None:
    """Keeps somebody signed in, by a cookie that scripts cannot read and other sites cannot make a browser send."""
    response.set_cookie(
        cookie_name(settings),
        token,
        httponly=True,
        samesite="strict",
        secure=settings.production,
        max_age=SESSION_HOURS * 3600,
        path="/",
    )


def delete_cookie(response: Response, settings: Settings) -> None:
    """Takes the session cookie out of the browser."""
    response.delete_cookie(
        cookie_name(settings), path="/", httponly=True, samesite="strict", secure=settings.production
    )


def check_csrf(current: Current, token: str | None) -> None:
    """Raises `Forbidden` when a request that changes something does not come from a page of ours."""
    if token is None or not secrets.compare_digest(token.encode(), current.sign_in.csrf_token.encode()):
        raise Forbidden("De pagina is verlopen. Laad de pagina opnieuw en probeer het nog eens.")


async def _current_person(
    request: Request, runtime: RuntimeDep, x_csrf_token: Annotated[str | None, Header(alias="X-CSRF-Token")] = None
) -> Current:
    # A transaction of its own that ends here: requests that hold one connection and wait for a second wait for each other.
    async with runtime.database.read() as session:
        current = await find_current(request, session)
    if current is None:
        raise Unauthorized("Log eerst in.")
    if request.method not in SAFE_METHODS:
        check_csrf(current, x_csrf_token)
    return current


CurrentPerson = Annotated[Current, Depends(_current_person)]
