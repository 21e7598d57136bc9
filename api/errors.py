"""Errors that a caller can do something about, as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.exceptions import HTTPException

from api.headers import with_headers

log = structlog.get_logger()

TRY_AGAIN_SECONDS = 5
# SQLSTATE character_not_in_repertoire and untranslatable_character.
NOT_A_TEXT = frozenset({"22021", "22P05"})


class Problem(Exception):
    """An error with a status and a sentence that says what to do. Subclass it; `detail` never holds personal data."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Er ging iets mis"

    def __init__(
        self, detail: str, errors: list[dict[str, str]] | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors or []
        self.headers = headers or {}


class BadRequest(Problem):
    """The request cannot be understood or is not allowed to say this."""

    status = 400
    title = "Dit verzoek klopt niet"


class Unauthorized(Problem):
    """Nobody is signed in, or the token is not ours."""

    status = 401
    title = "U bent niet ingelogd"


class Forbidden(Problem):
    """Known who asks, but this is not theirs."""

    status = 403
    title = "Dit mag u niet zien of doen"


class NotFound(Problem):
    """There is nothing here for the one who asks; whether it exists for another is not told."""

    status = 404
    title = "Niet gevonden"


class Conflict(Problem):
    """Somebody else was first, or the same id came with other content."""

    status = 409
    title = "Dit kan nu niet meer"


class TooLarge(Problem):
    """More than any honest message is."""

    status = 413
    title = "Dit is te groot"


class TooManyRequests(Problem):
    """Too much at once; the detail says how long to wait."""

    status = 429
    title = "Even rustig aan"


class Unavailable(Problem):
    """A part we need does not answer; trying again later helps."""

    status = 503
    title = "Nu even niet bereikbaar"


def problem_response(status: int, title: str, detail: str, errors: list[dict[str, str]] | None = None) -> JSONResponse:
    """The body every error has: `type, title, status, detail, errors[]`."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "errors": errors or []}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


ErrorPage = Callable[[Request, int, str, str], Response]
"""Shows status, title and detail of an error to a person."""


def install_error_handlers(app: FastAPI, pages: Mapping[str, ErrorPage]) -> None:
    """Gives every error of `app` the same form, without a word of what is inside.

    `pages` says below which paths a person is reading: there an error is a page instead of JSON.
    """

    def answer(
        request: Request, status: int, title: str, detail: str, errors: list[dict[str, str]] | None = None
    ) -> Response:
        for path, page in pages.items():
            if request.url.path == path or request.url.path.startswith(f"{path}/"):
                return page(request, status, title, detail)
        return problem_response(status, title, detail, errors)

    @app.exception_handler(Problem)
    async def on_problem(request: Request, error: Problem) -> Response:
        response = answer(request, error.status, error.title, error.detail, error.errors)
        response.headers.update(error.headers)
        return response

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> Response:
        # Only the place and the reason go back: the value may be what a resident typed.
        errors = [
            {"name": ".".join(str(part) for part in item["loc"][1:]), "reason": item["msg"]} for item in error.errors()
        ]
        return answer(request, 400, BadRequest.title, "Dit adres of formulier klopt niet.", errors)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        known = {
            400: (BadRequest.title, "Dit adres of formulier klopt niet."),
            404: (NotFound.title, "Op dit adres is niets."),
            405: ("Deze methode kan hier niet", "Dit adres verwacht een ander soort verzoek."),
        }
        title, detail = known.get(error.status_code, (Problem.title, str(error.detail)))
        response = answer(request, error.status_code, title, detail)
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(NoConnectionFree)
    async def on_too_busy(request: Request, error: NoConnectionFree) -> Response:
        # All connections of the pool were in use for as long as we wait for one: nothing was read or stored.
        log.warning("database_too_busy", path=request.scope.get("route_path", request.url.path))
        detail = "Het is nu erg druk. Er is niets opgeslagen. Probeer het over een paar tellen nog eens."
        response = answer(request, Unavailable.status, Unavailable.title, detail)
        response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
        return response

    @app.exception_handler(DBAPIError)
    async def on_database(request: Request, error: DBAPIError) -> Response:
        # PostgreSQL keeps no null bytes in texts (those of residents are encrypted, and keep them).
        if getattr(error.orig, "sqlstate", None) not in NOT_A_TEXT:
            raise error
        return answer(request, BadRequest.status, BadRequest.title, "Er staat een teken in dat geen letter is.")

    @app.exception_handler(Exception)
    async def on_bug(request: Request, error: Exception) -> Response:
        log.error("request_failed", path=request.scope.get("route_path", request.url.path), error=type(error).__name__)
        # This answer passes by the middleware that gives all others their headers.
        response = answer(request, 500, Problem.title, "Dit is onze fout. Probeer het straks nog eens.")
        return with_headers(request, response)
