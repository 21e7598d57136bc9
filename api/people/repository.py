"""All SQL about people and their sign-ins."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from api.people.models import Person, RecoveryCode, Role, SignIn


async def by_email(session: AsyncSession, email: str) -> Person | None:
    """The person with this address, however it is capitalised."""
    return (
        await session.scalars(select(Person).where(func.lower(Person.email) == email.strip().lower()))
    ).one_or_none()


async def get(session: AsyncSession, person_id: uuid.UUID) -> Person | None:
    """The person with this id."""
    return await session.get(Person, person_id)


async def on_duty(
    session: AsyncSession, team: str | None, at: dt.datetime, *, coordinators: bool = False
) -> Sequence[Person]:
    """The professionals of a team who are not away, and the coordinators too when asked for or when there is no team."""
    of_team = (Person.role == Role.PROFESSIONAL) & (Person.team == team)
    wanted = of_team | (Person.role == Role.COORDINATOR) if coordinators or team is None else of_team
    here = or_(Person.away_until.is_(None), Person.away_until <= at)
    return (await session.scalars(select(Person).where(Person.active, here, wanted).order_by(Person.name))).all()


async def coordinators(session: AsyncSession, at: dt.datetime) -> Sequence[Person]:
    """The coordinators who are not away."""
    here = or_(Person.away_until.is_(None), Person.away_until <= at)
    rows = await session.scalars(
        select(Person).where(Person.active, here, Person.role == Role.COORDINATOR).order_by(Person.name)
    )
    return rows.all()


async def privacy_officers(session: AsyncSession) -> Sequence[Person]:
    """Everybody who watches over privacy, also who is away: it waits in the mailbox."""
    rows = await session.scalars(
        select(Person).where(Person.active, Person.role == Role.PRIVACY_OFFICER).order_by(Person.name)
    )
    return rows.all()


async def professionals(session: AsyncSession) -> Sequence[Person]:
    """Everybody who can pick up a question, by name."""
    rows = await session.scalars(
        select(Person)
        .where(Person.role == Role.PROFESSIONAL, Person.active, Person.team.is_not(None))
        .order_by(Person.name)
    )
    return rows.all()


async def somebody_there(session: AsyncSession, team: str, at: dt.datetime) -> bool:
    """Whether a team has a professional who is not out of office."""
    found = await session.scalar(
        select(Person.id)
        .where(
            Person.role == Role.PROFESSIONAL,
            Person.active,
            Person.team == team,
            or_(Person.away_until.is_(None), Person.away_until <= at),
        )
        .limit(1)
    )
    return found is not None


async def demo_people(session: AsyncSession) -> Sequence[Person]:
    """The people that `make run` made up."""
    return (await session.scalars(select(Person).where(Person.demo))).all()


async def everybody(session: AsyncSession) -> Sequence[Person]:
    """All people, by name."""
    return (await session.scalars(select(Person).order_by(Person.name, Person.id))).all()


async def with_role(session: AsyncSession, role: Role) -> Sequence[Person]:
    """The active people with this role."""
    return (await session.scalars(select(Person).where(Person.active, Person.role == role))).all()


async def by_single_sign_on(session: AsyncSession, subject: str) -> Person | None:
    """The person who came in before with this issuer and subject."""
    return (await session.scalars(select(Person).where(Person.single_sign_on == subject))).one_or_none()


async def bind_single_sign_on(session: AsyncSession, person_id: uuid.UUID, subject: str) -> bool:
    """Keeps the identity of who came in by the organisation's sign-in for the first time; False when there is another already."""
    return _changed_one(
        await session.execute(
            update(Person)
            .where(Person.id == person_id, Person.single_sign_on.is_(None))
            .values(single_sign_on=subject)
            .execution_options(synchronize_session=False)
        )
    )


async def forget_single_sign_on(session: AsyncSession, person_id: uuid.UUID) -> None:
    """The next one who comes in with the address of this person at the organisation's sign-in is this person."""
    await _set(session, person_id, single_sign_on=None)


async def signed_in(
    session: AsyncSession, token_hash: str, at: dt.datetime, idle_since: dt.datetime
) -> tuple[Person, SignIn] | None:
    """Who holds this cookie, as long as the session lasts, is used, and the person is active."""
    return (await all_signed_in(session, [token_hash], at, idle_since)).get(token_hash)


async def all_signed_in(
    session: AsyncSession, token_hashes: Collection[str], at: dt.datetime, idle_since: dt.datetime
) -> dict[str, tuple[Person, SignIn]]:
    """The same for many cookies at once: those that still hold."""
    rows = await session.execute(
        select(Person, SignIn)
        .join(SignIn, SignIn.person_id == Person.id)
        .where(
            SignIn.token_hash.in_(token_hashes),
            SignIn.expires_at > at,
            SignIn.last_seen_at > idle_since,
            Person.active,
        )
    )
    return {sign_in.token_hash: (person, sign_in) for person, sign_in in rows}


async def sessions_of(
    session: AsyncSession, person_id: uuid.UUID, at: dt.datetime, idle_since: dt.datetime
) -> Sequence[SignIn]:
    """The sessions of a person that are open now, newest first."""
    rows = await session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.expires_at > at, SignIn.last_seen_at > idle_since)
        .order_by(SignIn.last_seen_at.desc())
    )
    return rows.all()


async def seen(session: AsyncSession, sign_in_id: uuid.UUID, at: dt.datetime) -> None:
    """Writes down that somebody did something."""
    await session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=at))


async def end_session(session: AsyncSession, person_id: uuid.UUID, sign_in_id: uuid.UUID) -> bool:
    """Ends one session of this person; False when there is none."""
    return _changed_one(
        await session.execute(delete(SignIn).where(SignIn.id == sign_in_id, SignIn.person_id == person_id))
    )


async def end_sessions(session: AsyncSession, person_id: uuid.UUID, but: uuid.UUID | None = None) -> None:
    """Ends all sessions of a person, or all but one."""
    query = delete(SignIn).where(SignIn.person_id == person_id)
    await session.execute(query.where(SignIn.id != but) if but else query)


async def count_failure(session: AsyncSession, person_id: uuid.UUID) -> int:
    """One more wrong try; gives how many there are in a row."""
    attempts = await session.scalar(
        update(Person)
        .where(Person.id == person_id)
        .values(failed_attempts=Person.failed_attempts + 1)
        .returning(Person.failed_attempts)
        .execution_options(synchronize_session=False)
    )
    return attempts or 0


async def lock_out(session: AsyncSession, person_id: uuid.UUID, until: dt.datetime) -> None:
    """Nobody gets in as this person until that moment; then counting begins again."""
    await _set(session, person_id, locked_until=until, failed_attempts=0)


async def forget_failures(session: AsyncSession, person_id: uuid.UUID) -> None:
    """Somebody got in: the count begins again."""
    await _set(session, person_id, locked_until=None, failed_attempts=0)


async def set_password(session: AsyncSession, person_id: uuid.UUID, password_hash: str, *, must_change: bool) -> None:
    """Another password; a lock ends."""
    await _set(
        session,
        person_id,
        password_hash=password_hash,
        must_change_password=must_change,
        locked_until=None,
        failed_attempts=0,
    )


async def keep_secret(session: AsyncSession, person_id: uuid.UUID, secret: str) -> None:
    """Keeps the secret of an app that has not shown a code yet."""
    await _set(session, person_id, totp_secret=secret)


async def turn_second_factor_on(session: AsyncSession, person_id: uuid.UUID, at: dt.datetime, step: int) -> None:
    """From now on a code is asked for; the one that was just shown is used up."""
    await _set(session, person_id, second_factor_since=at, totp_last_step=step)


async def turn_second_factor_off(session: AsyncSession, person_id: uuid.UUID) -> None:
    """No code is asked for any more, and none is left."""
    await _set(session, person_id, second_factor_since=None, totp_secret=None, totp_last_step=0)
    await session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


async def use_step(session: AsyncSession, person_id: uuid.UUID, step: int) -> bool:
    """Uses a code up; False when it or a newer one was used already, also by somebody at this moment."""
    return _changed_one(
        await session.execute(
            update(Person)
            .where(Person.id == person_id, Person.totp_last_step < step)
            .values(totp_last_step=step)
            .execution_options(synchronize_session=False)
        )
    )


async def replace_recovery_codes(session: AsyncSession, person_id: uuid.UUID, hashes: list[str]) -> None:
    """These codes, and no older ones."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.add_all(RecoveryCode(person_id=person_id, code_hash=code_hash) for code_hash in hashes)
    await session.flush()


async def use_recovery_code(session: AsyncSession, person_id: uuid.UUID, code_hash: str, at: dt.datetime) -> bool:
    """Uses a recovery code up; False when it is unknown or was used."""
    return _changed_one(
        await session.execute(
            update(RecoveryCode)
            .where(
                RecoveryCode.person_id == person_id,
                RecoveryCode.code_hash == code_hash,
                RecoveryCode.used_at.is_(None),
            )
            .values(used_at=at)
            .execution_options(synchronize_session=False)
        )
    )


async def recovery_codes_left(session: AsyncSession, person_id: uuid.UUID) -> int:
    """How many recovery codes still work."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(RecoveryCode)
            .where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
        )
        or 0
    )


async def _set(session: AsyncSession, person_id: uuid.UUID, **values: object) -> None:
    await session.execute(update(Person).where(Person.id == person_id).values(**values))


def _changed_one(result: object) -> bool:
    assert isinstance(result, CursorResult)
    return bool(result.rowcount == 1)


async def add(session: AsyncSession, row: Person | SignIn) -> None:
    """Stores a person or a sign-in."""
    session.add(row)
    await session.flush()
