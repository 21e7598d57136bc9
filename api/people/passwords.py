"""Passwords: how they are kept (Argon2id, as OWASP advises), what they must be, and how one gets a new one."""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from api.people.models import Person

MIN_PASSWORD = 12
MAX_PASSWORD = 200
_hasher = PasswordHasher()
# Compared with when the address is unknown, so that both take the same time and nobody can find out who works here.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))
# The heads of lists of leaked passwords that are long enough, and what people type who want to be done with it.
_COMMON = ("wachtwoord", "password", "welkom", "qwerty", "123456", "abcdef", "voordeur", "letmein", "geheim")


async def matches(person: Person | None, password: str) -> bool:
    """Whether this is the password; takes as long when there is no such person. Done beside the loop: it takes 50 ms on purpose."""
    stored = person.password_hash if person and person.password_hash else _NOBODY
    try:
        await asyncio.to_thread(_hasher.verify, stored, password)
    except (Argon2Error, InvalidHashError):
        return False
    return person is not None and bool(person.password_hash)


def check(password: str, email: str, name: str) -> None:
    """Raises `ValueError` with a sentence when the password is too easy (NIST SP 800-63B: length, no rules of signs)."""
    low = password.lower()
    if len(password) < MIN_PASSWORD:
        raise ValueError(f"Choose a password of at least {MIN_PASSWORD} characters.")
    if len(password) > MAX_PASSWORD:
        raise ValueError(f"Choose a password of at most {MAX_PASSWORD} characters.")
    own = [part for part in (email.split("@")[0].lower(), *name.lower().split()) if len(part) > 3]
    left = low
    for word in (*_COMMON, *own):
        left = left.replace(word, "")
    if len(set(left)) < 5:
        raise ValueError("This password is easy to guess. Choose a sentence of a few words.")


def keep(person: Person, password: str, *, must_change: bool = False) -> None:
    """Replaces the password of a person."""
    person.password_hash = _hasher.hash(password)
    person.must_change_password = must_change
    person.failed_attempts, person.locked_until = 0, None


def temporary() -> str:
    """A password to be read out once: four groups of four signs (80 bits)."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))


def hashed(password: str) -> str:
    """What is kept of a new password."""
    return _hasher.hash(password)
