"""By when somebody gets in touch, counted in Dutch working days."""

from __future__ import annotations

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from organisation import Catalogue, Service

SATURDAY = 5
END_OF_DAY = dt.time(17)
# For somebody who only asks for a person: the next working day.
WITHOUT_SERVICE = {"normal": 1, "soon": 1, "urgent": 1, "crisis": 0}


@cache
def _public_holidays(year: int) -> frozenset[dt.date]:
    return frozenset(country_holidays("NL", years=year))


def is_public_holiday(day: dt.date) -> bool:
    """Whether it is a Dutch public holiday."""
    return day in _public_holidays(day.year)


def is_working_day(day: dt.date) -> bool:
    """Whether offices are open: not in the weekend and not on a Dutch public holiday."""
    return day.weekday() < SATURDAY and not is_public_holiday(day)


def add_working_days(day: dt.date, count: int) -> dt.date:
    """The `count`-th working day after `day`."""
    while count > 0:
        day += dt.timedelta(days=1)
        count -= is_working_day(day)
    return day


def due_at(catalogue: Catalogue, service: Service | None, urgency: str, asked_at: dt.datetime) -> dt.datetime:
    """When somebody must have been in touch: now, or at the end of the last working day that the catalogue allows."""
    days = (service.due_working_days if service else WITHOUT_SERVICE)[urgency]
    if days == 0:
        return asked_at
    zone = ZoneInfo(catalogue.organisation.timezone)
    last_day = add_working_days(asked_at.astimezone(zone).date(), days)
    return dt.datetime.combine(last_day, END_OF_DAY, zone).astimezone(dt.UTC)
