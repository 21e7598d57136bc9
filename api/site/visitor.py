"""A resident whose browser runs no scripts: the key of the conversation is in a cookie, and forms are answered by pages."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Form, Request, Response

from api.conversations.service import Conversations
from api.dependencies import OwnConversation, ReadSession, RuntimeDep, WriteSession
from api.errors import Forbidden, NotFound
from api.settings import Settings

PATH = "/chat/formulier"
COOKIE = "voordeur_gesprek"


@dataclass(frozen=True)
class Key:
    """Which conversation, and the token that opens it."""

    id: uuid.UUID
    token: str

    @property
    def form_key(self) -> str:
        """What our own forms carry. Another site can make a browser send a form, but cannot know this (CSRF)."""
        return hashlib.sha256(f"form of {self.token}".encode()).hexdigest()


def key_of(request: Request) -> Key | None:
    """The key in the cookie of this request; None when there is none or it is not one of ours."""
    conversation, _, token = request.cookies.get(COOKIE, "").partition(".")
    try:
        return Key(uuid.UUID(conversation), token) if token else None
    except ValueError:
        return None


def remember(response: Response, key: Key, settings: Settings) -> None:
    """Keeps the key until the browser closes, for the pages of the form only, out of reach of scripts and other sites."""
    response.set_cookie(
        COOKIE, f"{key.id}.{key.token}", httponly=True, samesite="strict", secure=settings.production, path=PATH
    )


def forget(response: Response) -> None:
    """Takes the key out of the browser."""
    response.delete_cookie(COOKIE, httponly=True, samesite="strict", path=PATH)


def require_own_form(request: Request) -> None:
    """Raises `Forbidden` when the browser says that the form stood on another site."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("Dit formulier werkt alleen op deze site zelf. Laad de pagina opnieuw en probeer het nog eens.")


@dataclass(frozen=True)
class Visit:
    """A request with the conversation that its cookie opens."""

    key: Key
    own: OwnConversation


async def again(visit: Visit) -> Visit:
    """The same conversation as it is now. Raises `NotFound` when it is gone."""
    service = visit.own.service
    return Visit(
        visit.key, OwnConversation(await service.find(visit.key.id, visit.key.token), service, visit.own.session)
    )


async def _reading(request: Request, session: ReadSession, runtime: RuntimeDep) -> Visit | None:
    key = key_of(request)
    if key is None:
        return None
    service = Conversations(session, runtime.catalogue, runtime.live)
    try:
        return Visit(key, OwnConversation(await service.find(key.id, key.token), service, session))
    except NotFound:
        return None


async def _writing(
    request: Request,
    session: WriteSession,
    runtime: RuntimeDep,
    sleutel: Annotated[str, Form(max_length=100)] = "",
) -> Visit | None:
    require_own_form(request)
    visit = await _reading(request, session, runtime)
    if visit is not None and not secrets.compare_digest(sleutel.encode(), visit.key.form_key.encode()):
        raise Forbidden("Deze pagina is verlopen. Laad de pagina opnieuw en probeer het nog eens.")
    return visit


ReadVisit = Annotated[Visit | None, Depends(_reading)]
WriteVisit = Annotated[Visit | None, Depends(_writing)]
