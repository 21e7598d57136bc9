"""All SQL about people and their sign-ins."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.people.models import Person, Role, SignIn


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
    """The professionals of a team, and the coordinators too when asked for or when there is no team."""
    of_team = (Person.role == Role.PROFESSIONAL) & (Person.team == team)
    wanted = of_team | (Person.role == Role.COORDINATOR) if coordinators or team is None else of_team
    return (await session.scalars(select(Person).where(Person.active, wanted).order_by(Person.name))).all()


async def demo_people(session: AsyncSession) -> Sequence[Person]:
    """The people that `make run` made up."""
    return (await session.scalars(select(Person).where(Person.demo))).all()


async def signed_in(session: AsyncSession, token_hash: str, at: dt.datetime) -> tuple[Person, SignIn] | None:
    """Who holds this cookie, as long as the session lasts and the person is active."""
    row = (
        await session.execute(
            select(Person, SignIn)
            .join(SignIn, SignIn.person_id == Person.id)
            .where(SignIn.token_hash == token_hash, SignIn.expires_at > at, Person.active)
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


async def add(session: AsyncSession, row: Person | SignIn) -> None:
    """Stores a person or a sign-in."""
    session.add(row)
    await session.flush()


async def sign_out(session: AsyncSession, sign_in_id: uuid.UUID) -> None:
    """Ends one session."""
    await session.execute(delete(SignIn).where(SignIn.id == sign_in_id))
