"""What goes over the wire about signing in."""

from __future__ import annotations

from pydantic import Field

from api.wire import Body, View


class SessionCreate(Body):
    """Who signs in. `code` is for a second factor."""

    email: str = Field(max_length=200)
    password: str = Field(max_length=200)
    code: str | None = Field(default=None, max_length=20)


class SessionCreated(View):
    """Send this value as `X-CSRF-Token` with every request that changes something."""

    csrf_token: str
