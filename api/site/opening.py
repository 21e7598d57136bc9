"""Whether somebody is at work now, and until or from when: what a resident who waits wants to know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from api.intakes.deadlines import is_public_holiday
from organisation.model import Organisation

# Further ahead than the longest row of closed days there is (Christmas, a weekend and New Year).
LOOK_AHEAD_DAYS = 14


@dataclass(frozen=True)
class Opening:
    """How it is at one moment. `closes_at` is set when open, `opens_at` when closed; both in UTC."""

    open: bool
    closes_at: dt.datetime | None = None
    opens_at: dt.datetime | None = None


def opening(organisation: Organisation, at: dt.datetime) -> Opening:
    """How it is at `at`, by the hours of the catalogue and the Dutch public holidays.

    Somebody for whom no hour is found within two weeks gets neither: no number, no promise.
    """
    for opens, closes in _slots(organisation, at):
        if closes <= at:
            continue
        return Opening(open=True, closes_at=closes) if opens <= at else Opening(open=False, opens_at=opens)
    return Opening(open=False)


def _slots(organisation: Organisation, at: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """From the day of `at` on: when it opens and closes, in order."""
    zone = ZoneInfo(organisation.timezone)
    today = at.astimezone(zone).date()
    for day in (today + dt.timedelta(days=ahead) for ahead in range(LOOK_AHEAD_DAYS)):
        if is_public_holiday(day):
            continue
        for hours in sorted(organisation.hours, key=lambda hours: hours.opens):
            if hours.weekday == day.weekday():
                opens, closes = (dt.datetime.combine(day, time, zone) for time in (hours.opens, hours.closes))
                yield opens.astimezone(dt.UTC), closes.astimezone(dt.UTC)
