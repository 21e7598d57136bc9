"""What goes over the wire about people and their sessions."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated

from pydantic import Field, StringConstraints

from api.people.models import Role
from api.wire import Body, View

Password = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=6, max_length=20)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^@\s]{1,64}@[^@\s]+\.[^@\s]+$")
]


class SessionCreate(Body):
    """Who signs in. `code` is for a second factor: of the app, or a recovery code."""

    email: str = Field(max_length=200)
    password: str = Field(max_length=200)
    code: str | None = Field(default=None, max_length=20)


class SessionCreated(View):
    """Send this value as `X-CSRF-Token` with every request that changes something."""

    csrf_token: str


class SessionRead(View):
    """One of the own sessions. `current` is the one that asks."""

    id: uuid.UUID
    device: str
    created_at: dt.datetime
    last_seen_at: dt.datetime
    expires_at: dt.datetime
    current: bool = False


class SessionList(View):
    """The own sessions, newest first."""

    items: list[SessionRead]


class PasswordChange(Body):
    """Another password."""

    current: Password
    new: Password


class SecondFactorSetup(View):
    """What an authenticator app needs: a secret to type, its address, or a picture (SVG) to scan."""

    secret: str
    address: str
    picture: str


class SecondFactorConfirm(Body):
    """What the app shows now."""

    code: Code


class SecondFactorRemove(Body):
    """Only who knows the password takes the second factor away."""

    password: Password


class RecoveryCodes(View):
    """Shown once. Each works once."""

    codes: list[str]


class PersonRead(View):
    """Somebody who works here, for an administrator."""

    id: uuid.UUID
    name: str
    email: str
    role: Role
    team: str | None
    active: bool
    second_factor_since: dt.datetime | None
    locked_until: dt.datetime | None


class PersonList(View):
    """Everybody, by name."""

    items: list[PersonRead]


class PersonCreate(Body):
    """Who comes to work here."""

    email: Email
    name: Name
    role: Role
    team: str | None = None


class PersonCreated(View):
    """The password is shown once, and has to be changed at the first sign-in."""

    id: uuid.UUID
    password: str


class PersonChange(Body):
    """In or out of work, or another role with its team."""

    active: bool | None = None
    role: Role | None = None
    team: str | None = None


class PasswordReset(View):
    """To read out once; it has to be changed at the first sign-in."""

    password: str
