"""Dates and times in Dutch words, as residents and professionals read them. Give local times: these words have no zone."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date, format_datetime, get_day_names

_LOCALE = "nl"
_HOUR, _DAY = 3600, 86_400


def weekdays() -> list[str]:
    """The days of the week, Monday first."""
    names = get_day_names(locale=_LOCALE)
    return [names[day] for day in range(7)]


def date(day: dt.date) -> str:
    """`22 november 2026`."""
    return format_date(day, "d MMMM y", locale=_LOCALE)


def clock_time(at: dt.datetime) -> str:
    """`14.05 uur`."""
    return f"{at:%H.%M} uur"


def day(at: dt.datetime, now: dt.datetime) -> str:
    """`zondag 22 november`; the year is told only when it is not this one."""
    year = " y" if at.year != now.year else ""
    return format_datetime(at, f"EEEE d MMMM{year}", locale=_LOCALE)


def moment(at: dt.datetime, now: dt.datetime) -> str:
    """`zondag 22 november, 14.05 uur`."""
    return f"{day(at, now)}, {clock_time(at)}"


def duration(span: dt.timedelta) -> str:
    """`5 minuten`, `3 uur`, `2 dagen`: whole units, rounded down."""
    seconds = int(span.total_seconds())
    if seconds < _HOUR:
        return _counted(seconds // 60, "minuut", "minuten")
    if seconds < _DAY:
        return f"{seconds // _HOUR} uur"
    return _counted(seconds // _DAY, "dag", "dagen")


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
