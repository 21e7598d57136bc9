"""What is going on in the areas, in numbers that say nothing about anybody: small ones are not told, nor what gives them away."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from api import dutch
from api.errors import Forbidden
from api.insight import repository
from api.intakes.models import Intake, IntakeStatus, Outcome
from api.people.models import Person, Role
from api.workspace.wording import OUTCOMES, URGENCIES, Wording
from organisation import Catalogue

READERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
FEWEST = 5
"""Below this many somebody could be recognised."""
QUARTERS = 4
HOUR = dt.timedelta(hours=1)
WAITS = {
    "binnen een kwartier": HOUR / 4,
    "binnen een uur": HOUR,
    "binnen vier uur": 4 * HOUR,
    "binnen een dag": 24 * HOUR,
}
LATER, NOT_YET = "na meer dan een dag", "nog niet opgepakt"


@dataclass(frozen=True)
class Quarter:
    """Three months. Quarters do not overlap, so that no number follows from the difference between two periods."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> Quarter:
        """The quarter of a day."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def before(self) -> Quarter:
        """The quarter that went before."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def first_day(self) -> dt.date:
        """The day it begins."""
        return dt.date(self.year, self.number * 3 - 2, 1)

    @property
    def end(self) -> dt.date:
        """The day after its last."""
        return dt.date(self.year + self.number // 4, self.number * 3 % 12 + 1, 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"


@dataclass(frozen=True)
class Line:
    """One line of a table. Without `count` it is not told; `share` is of the longest line, 0 to 100."""

    name: str
    text: str
    count: int | None
    share: int


@dataclass(frozen=True)
class Table:
    """One table, with a bar for each line."""

    key: str
    title: str
    column: str
    lines: list[Line]


@dataclass(frozen=True)
class Insight:
    """All tables of a quarter. `total` and `median` are sentences."""

    quarter: Quarter
    quarters: list[Quarter]
    total: str
    median: str
    tables: list[Table]


async def insight(
    session: AsyncSession, catalogue: Catalogue, person: Person, wanted: str, now: dt.datetime
) -> Insight:
    """The numbers of a quarter, by default the one that runs. Raises `Forbidden` for who does not look after the areas."""
    if person.role not in READERS:
        raise Forbidden("Het inzicht is voor coördinatoren en beheerders.")
    zone = ZoneInfo(catalogue.organisation.timezone)
    quarters = _quarters(now.astimezone(zone).date())
    quarter = next((one for one in quarters if str(one) == wanted), quarters[0])
    start, end = (_midnight(day, zone) for day in (quarter.first_day, quarter.end))
    span, words = (start, end), Wording(catalogue, now)
    weeks = _weeks(quarter, zone, now)
    per_week = await repository.by_week(session, weeks, end)
    waited = [taken - asked if taken else None for asked, taken in await repository.waits(session, span)]
    urgencies = await repository.by_urgency(session, span)
    return Insight(
        quarter=quarter,
        quarters=quarters,
        total=_told(sum(per_week)),
        median=_median([wait for wait in waited if wait is not None]),
        tables=[
            _table(
                "dienst",
                "Vragen per dienst",
                "Dienst",
                await repository.by(session, span, Intake.service),
                words.service,
            ),
            _table(
                "gebied", "Vragen per gebied", "Gebied", await repository.by(session, span, Intake.area), words.area
            ),
            table_of(
                "week",
                "Vragen per week",
                "Week van",
                {dutch.date(week.astimezone(zone).date()): count for week, count in zip(weeks, per_week, strict=True)},
                ordered=True,
            ),
            table_of(
                "urgentie",
                "Vragen per urgentie",
                "Urgentie",
                {name: urgencies.get(urgency, 0) for urgency, name in URGENCIES.items()},
                ordered=True,
            ),
            table_of("wachten", "Hoe lang tot iemand het oppakte", "Opgepakt", _by_wait(waited), ordered=True),
            table_of(
                "afloop", "Hoe het afliep", "Afloop", _by_end(await repository.by_end(session, span)), ordered=True
            ),
            table_of(
                "wijziging",
                "Dienst gewijzigd door een medewerker",
                "Van en naar",
                {
                    f"{words.service(heard)} → {words.service(right)}": count
                    for (heard, right), count in (await repository.corrections(session, span)).items()
                },
            ),
        ],
    )


def table_of(key: str, title: str, column: str, counts: Mapping[str, int], *, ordered: bool = False) -> Table:
    """A table of counts, the most first unless `ordered` says that they are in order already.

    Counts under `FEWEST` are hidden. When what is hidden could be found by subtracting the rest from the total, the smallest of the
    others is hidden too.
    """
    small = {name for name, count in counts.items() if count < FEWEST}
    others = sorted((name for name in counts if name not in small), key=lambda name: counts[name])
    hidden = set(small)
    while (
        any(counts[name] for name in small)
        and others
        and (len(hidden) < 2 or sum(counts[name] for name in hidden) < FEWEST)
    ):
        hidden.add(others.pop(0))
    longest = max((count for name, count in counts.items() if name not in hidden), default=0)
    names = list(counts) if ordered else sorted(counts, key=lambda name: (name in hidden, -counts[name], name))
    if not ordered:
        # In order of size those that are hidden would still tell which is the larger.
        names = [name for name in names if name not in hidden] + sorted(hidden)
    return Table(key, title, column, [_line(name, counts[name], hidden, small, longest) for name in names])


def _line(name: str, count: int, hidden: set[str], small: set[str], longest: int) -> Line:
    if name in small:
        return Line(name, _told(count), None, 0)
    if name in hidden:
        return Line(name, "niet getoond", None, 0)
    return Line(name, str(count), count, round(100 * count / longest))


def _told(count: int) -> str:
    return str(count) if count >= FEWEST else f"minder dan {FEWEST}"


def _table(
    key: str, title: str, column: str, found: Mapping[str | None, int], name: Callable[[str | None], str]
) -> Table:
    counts: dict[str, int] = {}
    for slug, count in found.items():
        # Areas or services that are no longer in the catalogue may have one name together.
        counts[name(slug)] = counts.get(name(slug), 0) + count
    return table_of(key, title, column, counts)


def _by_wait(waits: list[dt.timedelta | None]) -> dict[str, int]:
    counts = dict.fromkeys([*WAITS, LATER, NOT_YET], 0)
    for wait in waits:
        name = NOT_YET if wait is None else next((name for name, most in WAITS.items() if wait <= most), LATER)
        counts[name] += 1
    return counts


def _by_end(rows: list[tuple[IntakeStatus, Outcome | None, int]]) -> dict[str, int]:
    elsewhere, still, withdrawn = "Afgehandeld in een ander systeem", "Nog open", "Ingetrokken"
    counts = dict.fromkeys([*OUTCOMES.values(), elsewhere, withdrawn, still], 0)
    for status, outcome, count in rows:
        if status is IntakeStatus.WITHDRAWN:
            counts[withdrawn] += count
        elif status is not IntakeStatus.CLOSED:
            counts[still] += count
        else:
            counts[OUTCOMES[outcome] if outcome else elsewhere] += count
    return counts


def _median(waits: list[dt.timedelta]) -> str:
    if len(waits) < FEWEST:
        return f"Er zijn er minder dan {FEWEST} opgepakt: te weinig om te zeggen hoe lang dat duurde."
    middle = dt.timedelta(seconds=statistics.median(wait.total_seconds() for wait in waits))
    return f"De helft was opgepakt binnen {dutch.duration(middle) if middle >= HOUR / 60 else 'een minuut'}."


def _quarters(today: dt.date) -> list[Quarter]:
    quarters = [Quarter.of(today)]
    while len(quarters) < QUARTERS:
        quarters.append(quarters[-1].before)
    return quarters


def _weeks(quarter: Quarter, zone: ZoneInfo, now: dt.datetime) -> list[dt.datetime]:
    """When the weeks begin, the first with the quarter; weeks that have yet to come are left out."""
    days = [quarter.first_day]
    monday = quarter.first_day + dt.timedelta(days=7 - quarter.first_day.weekday())
    while monday < quarter.end and monday <= now.astimezone(zone).date():
        days.append(monday)
        monday += dt.timedelta(days=7)
    return [_midnight(day, zone) for day in days]


def _midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)
