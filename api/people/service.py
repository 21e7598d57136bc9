"""Signing in, and who works here."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.database import Database
from api.errors import BadRequest, Conflict, Forbidden, NotFound, Unauthorized
from api.people import passwords, repository, second_factor, sessions
from api.people.models import Person, Role, SignIn
from api.privacy import audit
from api.privacy.audit import Verb

log = structlog.get_logger()

# After this many wrong tries in a row nobody gets in for a while, with the right password neither (ASVS 6.3.1).
ATTEMPTS_BEFORE_LOCK = 10
LOCK_MINUTES = 15
WRONG = "E-mailadres of wachtwoord klopt niet. Was het vaker mis? Wacht dan een kwartier."
CODE_NEEDED = "Vul ook de code uit uw app in."
CODE_WRONG = "Deze code klopt niet, of is al gebruikt. Wacht op de volgende code in uw app."


class SecondFactorNeeded(Unauthorized):
    """The password is right, and a code of the app (or a recovery code) has to come with it."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, [{"name": "code", "reason": detail}])


@dataclass(frozen=True)
class SignedIn:
    """A new session, and the value of its cookie."""

    person: Person
    sign_in: SignIn
    token: str


async def sign_in(database: Database, email: str, password: str, code: str | None, user_agent: str = "") -> SignedIn:
    """A new session. Transactions of its own, so that a refusal is counted and no lock is held while the password is compared.

    Raises `Unauthorized` without saying which of the two was wrong, and `SecondFactorNeeded`.
    """
    async with database.read() as session:
        person = await repository.by_email(session, email)
    right = await passwords.matches(person, password)
    if person is None or not person.active:
        raise Unauthorized(WRONG)
    locked = person.locked_until is not None and person.locked_until > clock.now()
    if locked or not right:
        if not locked:
            await _count_failure(database, person)
        raise Unauthorized(WRONG)
    if person.second_factor_since is not None:
        if not code:
            raise SecondFactorNeeded(CODE_NEEDED)
        async with database.write() as session:
            accepted = await second_factor.accept(session, person, code)
        if not accepted:
            await _count_failure(database, person)
            raise SecondFactorNeeded(CODE_WRONG)
    return await let_in(database, person, user_agent)


async def let_in(database: Database, person: Person, user_agent: str) -> SignedIn:
    """A session for who has proved to be this person."""
    async with database.write() as session:
        await repository.forget_failures(session, person.id)
        row, token = await sessions.begin(session, person, user_agent)
    return SignedIn(person, row, token)


async def _count_failure(database: Database, person: Person) -> None:
    async with database.write() as session:
        attempts = await repository.count_failure(session, person.id)
        audit.record(session, by=audit.SYSTEM, verb=Verb.SIGN_IN_FAILED, of=("person", person.id))
        if attempts >= ATTEMPTS_BEFORE_LOCK:
            await repository.lock_out(session, person.id, clock.now() + dt.timedelta(minutes=LOCK_MINUTES))
            audit.record(session, by=audit.SYSTEM, verb=Verb.LOCKED, of=("person", person.id))
            log.warning("locked_out", person=str(person.id))


async def change_own_password(
    session: AsyncSession, person: Person, sign_in: SignIn, current: str, new: str
) -> tuple[SignIn, str]:
    """Another password; this session gets another cookie and all others end. Raises `BadRequest`."""
    if not await passwords.matches(person, current):
        raise BadRequest("Uw huidige wachtwoord klopt niet.", [{"name": "current", "reason": "klopt niet"}])
    try:
        passwords.check(new, person.email, person.name)
    except ValueError:
        raise BadRequest(
            f"Kies een wachtwoord van ten minste {passwords.MIN_PASSWORD} tekens dat moeilijk te raden is, zoals een zin.",
            [{"name": "new", "reason": "te makkelijk"}],
        ) from None
    await repository.set_password(session, person.id, passwords.hashed(new), must_change=False)
    audit.record(session, by=person.id, verb=Verb.CHANGED, of=("person", person.id), change=(None, "password"))
    return await sessions.renew(session, person, sign_in)


async def add_person(
    session: AsyncSession,
    *,
    email: str,
    name: str,
    password: str,
    role: Role,
    team: str | None,
    demo: bool = False,
    must_change_password: bool = False,
) -> Person:
    """A new person. Raises `ValueError` with a sentence when the password is too easy or the address is taken."""
    passwords.check(password, email, name)
    if await repository.by_email(session, email):
        raise ValueError(f"{email} is there already. Choose another address.")
    person = Person(
        email=email.strip().lower(),
        name=name,
        password_hash=passwords.hashed(password),
        role=role,
        team=team,
        demo=demo,
        must_change_password=must_change_password,
    )
    await repository.add(session, person)
    return person


@dataclass
class Administration:
    """What an administrator does with people, within one transaction. No content of residents comes by here."""

    session: AsyncSession
    by: Person
    teams: frozenset[str]

    def __post_init__(self) -> None:
        if self.by.role is not Role.ADMINISTRATOR:
            raise Forbidden("Alleen een beheerder kan dit.")

    async def people(self) -> list[Person]:
        """Everybody, by name."""
        return list(await repository.everybody(self.session))

    async def add(self, *, email: str, name: str, role: Role, team: str | None) -> tuple[Person, str]:
        """A new person, and the password to read out once: it has to be changed at the first sign-in. Raises `BadRequest`, `Conflict`."""
        self._check_team(role, team)
        if await repository.by_email(self.session, email):
            raise Conflict("Er is al iemand met dit e-mailadres.")
        password = passwords.temporary()
        person = await add_person(
            self.session, email=email, name=name, password=password, role=role, team=team, must_change_password=True
        )
        self._record(person, None, role.value)
        return person, password

    async def change(
        self, person_id: uuid.UUID, *, active: bool | None = None, role: Role | None = None, team: str | None = None
    ) -> Person:
        """Another role or team, or in or out of work: who goes out is out at once. Raises `NotFound`, `BadRequest`, `Conflict`."""
        person = await self._find(person_id)
        if person.id == self.by.id:
            raise Conflict("U kunt uw eigen rol niet veranderen. Vraag het een andere beheerder.")
        if role is not None:
            self._check_team(role, team)
            before, person.role, person.team = person.role, role, team
            self._record(person, before.value, role.value)
        if active is not None and active != person.active:
            person.active = active
            self._record(person, "active" if not active else "inactive", "active" if active else "inactive")
        await repository.end_sessions(self.session, person.id)
        return person

    async def reset_password(self, person_id: uuid.UUID) -> str:
        """A password to read out once; it has to be changed at the first sign-in, and all sessions end. Raises `NotFound`."""
        person = await self._find(person_id)
        password = passwords.temporary()
        await repository.set_password(self.session, person.id, passwords.hashed(password), must_change=True)
        await repository.end_sessions(self.session, person.id)
        self._record(person, None, "password")
        return password

    async def reset_second_factor(self, person_id: uuid.UUID) -> None:
        """For who has lost both the app and the recovery codes: check first who is asking. Raises `NotFound`."""
        person = await self._find(person_id)
        await second_factor.turn_off(self.session, person, self.by)
        await repository.end_sessions(self.session, person.id)

    async def forget_single_sign_on(self, person_id: uuid.UUID) -> None:
        """Another account at the work sign-in: the next one with this address is this person. Raises `NotFound`."""
        person = await self._find(person_id)
        await repository.forget_single_sign_on(self.session, person.id)
        await repository.end_sessions(self.session, person.id)
        self._record(person, "work_account", None)

    async def _find(self, person_id: uuid.UUID) -> Person:
        person = await repository.get(self.session, person_id)
        if person is None:
            raise NotFound("Deze persoon is er niet.")
        return person

    def _check_team(self, role: Role, team: str | None) -> None:
        if role in {Role.PROFESSIONAL, Role.VOLUNTEER} and team not in self.teams:
            raise BadRequest(
                f"Kies een team: {', '.join(sorted(self.teams))}.", [{"name": "team", "reason": "kies een team"}]
            )
        if role not in {Role.PROFESSIONAL, Role.VOLUNTEER} and team is not None:
            raise BadRequest("Alleen wie inwoners helpt heeft een team.", [{"name": "team", "reason": "laat leeg"}])

    def _record(self, person: Person, before: str | None, after: str | None) -> None:
        audit.record(self.session, by=self.by.id, verb=Verb.CHANGED, of=("person", person.id), change=(before, after))
