"""Who comes in by the organisation's own sign-in: only people an administrator made before."""

from __future__ import annotations

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from api.database import Database
from api.errors import Unauthorized, Unavailable
from api.people import repository, sessions
from api.people.models import Person
from api.people.provider import Attempt, Identity, NotProved, Provider, ProviderDown
from api.people.service import SignedIn
from api.privacy import audit
from api.privacy.audit import Verb

log = structlog.get_logger()

DOWN = (
    "Inloggen met uw werkaccount lukt nu niet. Probeer het straks opnieuw, of log in met uw e-mailadres en wachtwoord."
)
AGAIN = "Inloggen met uw werkaccount is niet gelukt. Probeer het opnieuw."
NO_ACCESS = "Uw werkaccount geeft hier geen toegang. Vraag uw beheerder om u toe te voegen."


async def begin(provider: Provider) -> tuple[str, Attempt]:
    """Where the browser goes, and what it has to keep. Raises `Unavailable`."""
    try:
        return await provider.begin()
    except ProviderDown as error:
        log.warning("provider_down", error=str(error))
        raise Unavailable(DOWN) from error


async def finish(
    database: Database, provider: Provider, attempt: Attempt, state: str, code: str, issuer: str | None, agent: str
) -> SignedIn:
    """A session for who came back. Raises `Unavailable`, and `Unauthorized` with a sentence that says what to do."""
    try:
        identity = await provider.finish(attempt, state, code, issuer)
    except ProviderDown as error:
        log.warning("provider_down", error=str(error))
        raise Unavailable(DOWN) from error
    except NotProved as error:
        log.warning("not_proved", error=str(error))
        raise Unauthorized(AGAIN) from error
    async with database.write() as session:
        person = await _known(session, identity)
        if person is not None and person.active:
            row, token = await sessions.begin(session, person, agent, by_provider=True)
            return SignedIn(person, row, token)
        if person is not None:
            audit.record(session, by=audit.SYSTEM, verb=Verb.SIGN_IN_FAILED, of=("person", person.id))
    # Outside the block, so that the line in the audit log is kept.
    log.info("no_access_for_work_account")
    raise Unauthorized(NO_ACCESS)


async def end_address(provider: Provider, after: str) -> str | None:
    """Where the session at the provider is ended too; None when it has no such page, or does not answer."""
    try:
        return await provider.end_address(after)
    except ProviderDown as error:
        log.warning("provider_down", error=str(error))
        return None


async def _known(session: AsyncSession, identity: Identity) -> Person | None:
    """The person with this identity. The first time the claim finds them, and from then on only this identity is theirs."""
    person = await repository.by_single_sign_on(session, identity.subject)
    if person is not None or not identity.name:
        return person
    person = await repository.by_email(session, identity.name)
    if person is None or not person.active:
        return person
    if not await repository.bind_single_sign_on(session, person.id, identity.subject):
        return None
    audit.record(session, by=audit.SYSTEM, verb=Verb.CHANGED, of=("person", person.id), change=(None, "work_account"))
    return person
