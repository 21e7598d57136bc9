"""Signing in and out, and making people."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.errors import Unauthorized
from api.people import repository
from api.people.models import Person, Role, SignIn

SESSION_HOURS = 10
MIN_PASSWORD = 12
_hasher = PasswordHasher()
# Compared with when the address is unknown, so that both take the same time and nobody can find out who works here.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


def hash_cookie(token: str) -> str:
    """What we keep of a session cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


async def sign_in(session: AsyncSession, email: str, password: str) -> tuple[Person, SignIn, str]:
    """A new session and the value of its cookie. Raises `Unauthorized` without saying which of the two was wrong."""
    person = await repository.by_email(session, email)
    try:
        _hasher.verify(person.password_hash if person else _NOBODY, password)
    except (Argon2Error, InvalidHashError):
        person = None
    if person is None or not person.active:
        raise Unauthorized("E-mailadres of wachtwoord klopt niet.")
    token = secrets.token_urlsafe(32)
    row = SignIn(
        token_hash=hash_cookie(token),
        csrf_token=secrets.token_urlsafe(24),
        person_id=person.id,
        expires_at=clock.now() + dt.timedelta(hours=SESSION_HOURS),
    )
    await repository.add(session, row)
    return person, row, token


async def add_person(
    session: AsyncSession, *, email: str, name: str, password: str, role: Role, team: str | None, demo: bool = False
) -> Person:
    """A new person. Raises `ValueError` with a sentence when the password is too short or the address is taken."""
    if len(password) < MIN_PASSWORD:
        raise ValueError(f"Choose a password of at least {MIN_PASSWORD} characters.")
    if await repository.by_email(session, email):
        raise ValueError(f"{email} is there already. Choose another address.")
    person = Person(
        email=email.strip().lower(), name=name, password_hash=_hasher.hash(password), role=role, team=team, demo=demo
    )
    await repository.add(session, person)
    return person


def set_password(person: Person, password: str) -> None:
    """Replaces the password of a person."""
    person.password_hash = _hasher.hash(password)
