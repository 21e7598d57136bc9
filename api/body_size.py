"""Refuses bodies that are larger than anything we ask for, before they are in memory."""

from __future__ import annotations

import contextlib

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import TooLarge, problem_response

# A message of 4,000 signs takes 16 kB at most in UTF-8, and twice that when a form writes each sign as %XX.
MAX_BODY_BYTES = 64 * 1024
TOO_LARGE = f"Stuur ten hoogste {MAX_BODY_BYTES // 1024} kB."


class _MoreThanSaid(Exception):
    """The body went on past the limit."""


class LimitedBody:
    """ASGI middleware: looks at Content-Length, and counts for who does not say or says too little."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        lengths = [value for name, value in scope["headers"] if name == b"content-length"]
        refusal = problem_response(TooLarge.status, TooLarge.title, TOO_LARGE)
        if any(not value.isdigit() or int(value) > MAX_BODY_BYTES for value in lengths):
            await refusal(scope, receive, send)
            return
        taken, too_much, answered = 0, False, False

        async def counted() -> Message:
            nonlocal taken, too_much
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MAX_BODY_BYTES:
                too_much = True
                raise _MoreThanSaid
            return message

        async def noted(message: Message) -> None:
            nonlocal answered
            if not too_much or answered:
                answered = True
                await send(message)

        with contextlib.suppress(_MoreThanSaid):
            await self._app(scope, counted, noted)
        # Whoever reads the body may make an answer of its own of our interruption; that one is not sent.
        if too_much and not answered:
            await refusal(scope, receive, send)
