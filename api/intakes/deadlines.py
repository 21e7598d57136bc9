"""By when somebody picks a question up and gets in touch: Dutch working days, public holidays and opening hours."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from organisation import Catalogue, Organisation, Service

SATURDAY = 5
# When nobody opens on a day that the law counts as a working day.
END_OF_DAY = dt.time(17)
# For somebody who only asks for a person: the next working day.
WITHOUT_SERVICE = {"normal": 1, "soon": 1, "urgent": 1, "crisis": 0}


class Signal(enum.StrEnum):
    """How near the term is: time enough, nearly there, over, or met because somebody has been in touch."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    MET = "met"


@cache
def _public_holidays(year: int) -> frozenset[dt.date]:
    return frozenset(country_holidays("NL", years=year))


def is_public_holiday(day: dt.date) -> bool:
    """Whether it is a Dutch public holiday."""
    return day in _public_holidays(day.year)


def is_working_day(day: dt.date, closed_on: frozenset[dt.date] = frozenset()) -> bool:
    """Whether offices are open: not in the weekend, not on a Dutch public holiday, not on a day the organisation is away."""
    return day.weekday() < SATURDAY and not is_public_holiday(day) and day not in closed_on


def add_working_days(day: dt.date, count: int, closed_on: frozenset[dt.date] = frozenset()) -> dt.date:
    """The `count`-th working day after `day`."""
    while count > 0:
        day += dt.timedelta(days=1)
        count -= is_working_day(day, closed_on)
    return day


def due_at(
    catalogue: Catalogue,
    service: Service | None,
    urgency: str,
    asked_at: dt.datetime,
    *,
    at_most_working_days: int | None = None,
    before: dt.date | None = None,
) -> dt.datetime:
    """When somebody must have been in touch: now, or when we close on the last day that catalogue, law and threat allow.

    `at_most_working_days` is the term of an urgency rule. `before` is the day of a threat: help that comes on that day comes late.
    A day that the organisation is away for itself does not make the term of a law longer: those days count as working days there.
    """
    days = (service.due_working_days if service else WITHOUT_SERVICE)[urgency]
    if days == 0:
        return asked_at
    organisation = catalogue.organisation
    today = asked_at.astimezone(ZoneInfo(organisation.timezone)).date()
    last_day = add_working_days(today, days, organisation.closed_on)
    if at_most_working_days is not None:
        last_day = min(last_day, add_working_days(today, at_most_working_days))
    if service and service.legal_days is not None:
        last_day = min(last_day, _working_day_up_to(today + dt.timedelta(days=service.legal_days), organisation))
    if before is not None:
        last_day = min(last_day, _working_day_up_to(before - dt.timedelta(days=1), organisation))
    # A threat of today, or a day of ours that is over already, leaves no time: then it is now.
    return max(asked_at, _closing_time(last_day, organisation)) if last_day >= today else asked_at


def legal_due_at(
    catalogue: Catalogue, service: Service | None, asked_at: dt.datetime, rule_working_days: int | None = None
) -> dt.datetime | None:
    """The last moment that the law allows, where a law says so: the end of the last day.

    The four weeks of the Wgs and the fourteen days of the Wvggz are days of the calendar; the three days of a threat are working days.
    """
    if service is None or service.legal_days is None:
        return None
    zone = ZoneInfo(catalogue.organisation.timezone)
    today = asked_at.astimezone(zone).date()
    last_day = today + dt.timedelta(days=service.legal_days)
    if rule_working_days is not None:
        last_day = min(last_day, add_working_days(today, rule_working_days))
    return dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time(), zone).astimezone(dt.UTC)


def claim_by(catalogue: Catalogue, urgency: str, since: dt.datetime) -> dt.datetime:
    """When the coordinator must hear that nobody has picked it up."""
    term = catalogue.urgency.claim_within[urgency]
    if term.round_the_clock:
        return since + dt.timedelta(hours=term.hours)
    return add_opening_hours(catalogue.organisation, since, dt.timedelta(hours=term.hours))


def add_opening_hours(organisation: Organisation, since: dt.datetime, hours: dt.timedelta) -> dt.datetime:
    """The moment at which we have been open for `hours` since `since`."""
    for opens, closes in _open_times(organisation, since):
        begin = max(opens, since)
        if closes - begin >= hours:
            return begin + hours
        hours -= max(dt.timedelta(), closes - begin)
    raise AssertionError("opening hours never end")


def is_open(organisation: Organisation, at: dt.datetime) -> bool:
    """Whether somebody is there now."""
    opens, closes = next(_open_times(organisation, at))
    return opens <= at < closes


def opens_at(organisation: Organisation, at: dt.datetime) -> dt.datetime:
    """When we open next; now when we are open."""
    return max(at, next(_open_times(organisation, at))[0])


def amber_at(catalogue: Catalogue, due: dt.datetime) -> dt.datetime:
    """From when a term is near: so many opening hours before it. For a term on Monday that can be on Friday, never on Sunday."""
    left = dt.timedelta(hours=catalogue.urgency.amber_hours)
    organisation = catalogue.organisation
    zone = ZoneInfo(organisation.timezone)
    day = due.astimezone(zone).date()
    while True:
        for hours in organisation.hours:
            if hours.weekday == day.weekday() and is_working_day(day, organisation.closed_on):
                opens, closes = _at(day, hours.opens, zone), min(due, _at(day, hours.closes, zone))
                if closes - opens >= left:
                    return closes - left
                left -= max(dt.timedelta(), closes - opens)
        day -= dt.timedelta(days=1)


def signal_of(amber: dt.datetime, due: dt.datetime, now: dt.datetime, *, met: bool) -> Signal:
    """How near a term is."""
    if met:
        return Signal.MET
    if now >= due:
        return Signal.RED
    return Signal.AMBER if now >= amber else Signal.GREEN


def _open_times(organisation: Organisation, since: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Opening and closing of each day that we are open, from `since` on: first one that has not closed yet."""
    zone = ZoneInfo(organisation.timezone)
    day = since.astimezone(zone).date()
    while True:
        for hours in organisation.hours:
            if hours.weekday == day.weekday() and is_working_day(day, organisation.closed_on):
                closes = _at(day, hours.closes, zone)
                if closes > since:
                    yield _at(day, hours.opens, zone), closes
        day += dt.timedelta(days=1)


def _working_day_up_to(day: dt.date, organisation: Organisation) -> dt.date:
    while not is_working_day(day, organisation.closed_on):
        day -= dt.timedelta(days=1)
    return day


def _closing_time(day: dt.date, organisation: Organisation) -> dt.datetime:
    closes = next((hours.closes for hours in organisation.hours if hours.weekday == day.weekday()), END_OF_DAY)
    return _at(day, closes, ZoneInfo(organisation.timezone))


def _at(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, time, zone).astimezone(dt.UTC)
