"""Sessions of people who work here: begun by signing in, renewed when something important changes, ended by time or by hand."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.people import repository
from api.people.models import Person, SignIn
from api.privacy import audit
from api.privacy.audit import Verb

SESSION_HOURS = 10
# A screen that is left alone is not open to whoever passes by for longer than this (ASVS 7.3.1).
IDLE_MINUTES = 60
# The moment of the last deed is written at most this often.
SEEN_EVERY_SECONDS = 60


def hash_cookie(token: str) -> str:
    """What we keep of a session cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


async def begin(
    session: AsyncSession, person: Person, user_agent: str, *, by_provider: bool = False
) -> tuple[SignIn, str]:
    """A new session and the value of its cookie (256 bits)."""
    token = secrets.token_urlsafe(32)
    row = SignIn(
        token_hash=hash_cookie(token),
        csrf_token=secrets.token_urlsafe(24),
        person_id=person.id,
        expires_at=clock.now() + dt.timedelta(hours=SESSION_HOURS),
        device=device_of(user_agent),
        by_provider=by_provider,
    )
    await repository.add(session, row)
    audit.record(session, by=person.id, verb=Verb.SIGNED_IN, of=("person", person.id))
    return row, token


async def renew(session: AsyncSession, person: Person, sign_in: SignIn) -> tuple[SignIn, str]:
    """The same person goes on under another cookie, and everywhere else is out: after a new password or second factor."""
    row, token = await begin(session, person, "", by_provider=sign_in.by_provider)
    row.device, row.expires_at = sign_in.device, sign_in.expires_at
    await repository.end_sessions(session, person.id, but=row.id)
    return row, token


async def end(session: AsyncSession, person: Person, sign_in_id: uuid.UUID) -> bool:
    """Ends one session of this person; False when there is none with this id."""
    ended = await repository.end_session(session, person.id, sign_in_id)
    if ended:
        audit.record(session, by=person.id, verb=Verb.SIGNED_OUT, of=("person", person.id))
    return ended


def idle_since(now: dt.datetime) -> dt.datetime:
    """Who did nothing since this moment is out."""
    return now - dt.timedelta(minutes=IDLE_MINUTES)


def device_of(user_agent: str) -> str:
    """Browser and system in two words: enough to know one's own sessions, too little to know a person by."""
    browsers = (
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("Android", "Android"),
        ("iPhone|iPad", "iOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    )
    browser = next((name for sign, name in browsers if sign in user_agent), "Onbekende browser")
    system = next((name for sign, name in systems if re.search(sign, user_agent)), "")
    return f"{browser} {system}".strip()
