"""A number for each request, so that a log line and an audit line can be laid side by side."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from contextvars import ContextVar

import structlog

_current: ContextVar[str | None] = ContextVar("request_id", default=None)


def current_request_id() -> str | None:
    """The number of the request this is done for; None in background work."""
    return _current.get()


@contextlib.contextmanager
def new_request_id() -> Iterator[str]:
    """A new number, for as long as the block lasts. Ours, never the caller's: what a caller sends gets into no log."""
    number = secrets.token_hex(8)
    token = _current.set(number)
    with structlog.contextvars.bound_contextvars(request=number):
        yield number
    _current.reset(token)
