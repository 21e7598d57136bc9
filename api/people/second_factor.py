"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for who has lost it."""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass

import pyotp
import segno
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.errors import BadRequest
from api.people import repository
from api.people.models import Person
from api.privacy import audit
from api.privacy.audit import Verb

STEP_SECONDS = 30
# A clock that is half a minute off is usual; more is not accepted.
STEPS_EITHER_WAY = 1
RECOVERY_CODES = 10
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Setup:
    """What an authenticator app needs: the secret to type, its address, and the same as a picture (SVG) to scan."""

    secret: str
    address: str
    picture: str


async def begin(session: AsyncSession, person: Person, organisation: str) -> Setup:
    """A new secret. It counts only after `confirm`. Raises `BadRequest` when there is a second factor already."""
    if person.second_factor_since is not None:
        raise BadRequest("De tweede stap staat al aan. Zet die eerst uit.")
    secret = pyotp.random_base32()
    await repository.keep_secret(session, person.id, secret)
    address = pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=organisation)
    return Setup(secret, address, segno.make(address, error="m").svg_inline(scale=4, dark="#000", light="#fff"))


async def confirm(session: AsyncSession, person: Person, code: str) -> list[str]:
    """Turns the second factor on, when the app shows the right code. Gives the recovery codes, once. Raises `BadRequest`."""
    step = matching_step(person, code)
    if step is None or person.second_factor_since is not None:
        raise BadRequest("Deze code klopt niet. Kijk in uw app naar de nieuwste code en probeer het opnieuw.")
    await repository.turn_second_factor_on(session, person.id, clock.now(), step)
    audit.record(session, by=person.id, verb=Verb.CHANGED, of=("person", person.id), change=(None, "second_factor_on"))
    return await new_recovery_codes(session, person)


async def new_recovery_codes(session: AsyncSession, person: Person) -> list[str]:
    """Ten new codes; older ones stop working. They are shown once and kept as hashes."""
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(12)) for _ in range(RECOVERY_CODES)]
    await repository.replace_recovery_codes(session, person.id, [_hash(code) for code in codes])
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


async def turn_off(session: AsyncSession, person: Person, by: Person) -> None:
    """Takes the second factor away: by the person, or by an administrator for who has lost app and codes."""
    await repository.turn_second_factor_off(session, person.id)
    audit.record(session, by=by.id, verb=Verb.CHANGED, of=("person", person.id), change=("second_factor_on", None))


async def accept(session: AsyncSession, person: Person, code: str) -> bool:
    """Whether this is a code of the app or a recovery code that was not used before; it is used up by asking."""
    step = matching_step(person, code)
    if step is not None:
        return await repository.use_step(session, person.id, step)
    return await repository.use_recovery_code(session, person.id, _hash(_bare(code)), clock.now())


def matching_step(person: Person, code: str) -> int | None:
    """The step of which this is the code, newest first; None for a wrong code."""
    digits = _bare(code)
    if person.totp_secret is None or not digits.isascii() or not digits.isdigit():
        return None
    totp, now = pyotp.TOTP(person.totp_secret), int(time.time()) // STEP_SECONDS
    for step in range(now + STEPS_EITHER_WAY, now - STEPS_EITHER_WAY - 1, -1):
        if secrets.compare_digest(totp.generate_otp(step), digits):
            return step
    return None


def _bare(code: str) -> str:
    return code.replace(" ", "").replace("-", "").upper()


def _hash(code: str) -> str:
    # 59 bits of chance and ten attempts before a lock: a slow hash would add nothing.
    return hashlib.sha256(code.encode()).hexdigest()
