"""What stands above every page: where somebody can go, how much waits there, and whether anybody is in danger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from api.case_systems import repository as case_rows
from api.channels import repository as message_rows
from api.intakes import queues
from api.intakes.models import Urgency
from api.intakes.schemas import IntakeFilter, IntakeQueueItem
from api.intakes.service import queue_item
from api.people.models import Person, Role

MOST_ALARMS = 5


@dataclass(frozen=True)
class Place:
    """A page that somebody can go to; `key` says which count belongs to it."""

    path: str
    name: str
    key: str = ""


QUEUE = Place("/werk", "Wachtrij", "waiting")
OWN_WORK = Place("/werk/mijn", "Mijn werk", "mine")
INSIGHT = Place("/inzicht", "Inzicht")
LOST = Place("/werk/niet-aangekomen", "Niet aangekomen", "lost")
PLACES: dict[Role, tuple[Place, ...]] = {
    Role.PROFESSIONAL: (QUEUE, OWN_WORK, Place("/werk/team", "Team")),
    Role.COORDINATOR: (QUEUE, Place("/werk/team", "Teams"), LOST, INSIGHT),
    Role.VOLUNTEER: (Place("/werk/gedeeld", "Met u gedeeld", "shared"),),
    Role.PRIVACY_OFFICER: (Place("/werk/controle", "Controle"),),
    Role.ADMINISTRATOR: (
        Place("/werk/medewerkers", "Medewerkers"),
        Place("/werk/inrichting", "Inrichting"),
        Place("/werk/systeem", "Systeem"),
        LOST,
        INSIGHT,
    ),
}
WANTED = {"waiting": IntakeFilter(taken=False), "mine": IntakeFilter(mine=True), "shared": IntakeFilter()}


@dataclass(frozen=True)
class Bar:
    """The bar for one person at one moment. Everything in it is of what this person may see."""

    places: Sequence[Place]
    counts: dict[str, int]
    alarms: Sequence[IntakeQueueItem]


async def bar_for(session: AsyncSession, person: Person) -> Bar:
    """Counts and alarms as they are now. An alarm is a crisis that nobody has picked up yet."""
    places = PLACES[person.role]
    counts = {place.key: await count_for(session, person, place.key) for place in places if place.key}
    return Bar(places, counts, await alarms_for(session, person))


async def alarms_for(session: AsyncSession, person: Person) -> list[IntakeQueueItem]:
    """Who is in danger and has nobody yet, for who may come or may send somebody."""
    if QUEUE not in PLACES[person.role]:
        return []
    crises = IntakeFilter(taken=False, urgency=Urgency.CRISIS)
    rows, _ = await queues.queue(session, person, crises, limit=MOST_ALARMS)
    return [queue_item(row) for row in rows]


async def count_for(session: AsyncSession, person: Person, key: str) -> int:
    """How much waits behind the place with this key."""
    if key == LOST.key:
        messages = await message_rows.count_lost(session) if person.role is Role.COORDINATOR else 0
        return messages + await case_rows.count_failed(session)
    return await queues.count(session, person, WANTED[key])
