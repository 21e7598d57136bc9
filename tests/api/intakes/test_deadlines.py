"""By when somebody gets in touch: working days only, to the end of the working day where the organisation is."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from api.intakes.deadlines import add_working_days, due_at
from api.intakes.models import Urgency
from api.settings import ROOT
from organisation import Service, load_catalogue

CATALOGUE = load_catalogue(ROOT / "catalogue" / "demo")
DEBTS = CATALOGUE.services["schuldhulpverlening"]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("what", "asked", "days", "due"),
    [
        ("an ordinary week", "2026-09-07", 3, "2026-09-10"),
        ("a weekend", "2026-09-11", 1, "2026-09-14"),
        ("asked on Saturday", "2026-09-12", 1, "2026-09-14"),
        ("asked on Sunday", "2026-09-13", 2, "2026-09-15"),
        ("Christmas and Boxing Day", "2026-12-23", 3, "2026-12-29"),
        ("Christmas in the middle of a week", "2024-12-24", 1, "2024-12-27"),
        ("New Year", "2026-12-31", 1, "2027-01-04"),
        ("Christmas and New Year", "2026-12-24", 5, "2027-01-04"),
        ("Good Friday and Easter Monday", "2026-04-02", 1, "2026-04-07"),
        ("King's Day", "2026-04-24", 1, "2026-04-28"),
        ("King's Day that moved to Saturday", "2025-04-25", 1, "2025-04-28"),
        ("Liberation Day, free once in five years", "2025-05-02", 1, "2025-05-06"),
        ("Liberation Day, other years", "2026-05-04", 1, "2026-05-05"),
        ("Ascension Day", "2026-05-13", 1, "2026-05-15"),
        ("Whit Monday", "2026-05-22", 1, "2026-05-26"),
        ("no days", "2026-12-25", 0, "2026-12-25"),
    ],
)
def test_only_working_days_count(what: str, asked: str, days: int, due: str) -> None:
    assert add_working_days(dt.date.fromisoformat(asked), days) == dt.date.fromisoformat(due), what


def test_debts_that_threaten_are_talked_about_within_three_working_days() -> None:
    assert due_at(CATALOGUE, DEBTS, Urgency.URGENT, local("2026-09-10T10:00")) == local("2026-09-15T17:00")


@pytest.mark.parametrize("asked", ["2026-09-07T10:00", "2026-12-25T23:59", "2026-10-25T02:30"])
def test_crisis_is_now(asked: str) -> None:
    for service in [*CATALOGUE.services.values(), None]:
        assert due_at(CATALOGUE, service, Urgency.CRISIS, utc(asked)) == utc(asked)


def test_who_only_asks_for_a_person_hears_the_next_working_day() -> None:
    assert due_at(CATALOGUE, None, Urgency.NORMAL, local("2026-12-24T16:00")) == local("2026-12-28T17:00")


@pytest.mark.parametrize("service", [*CATALOGUE.services.values(), None], ids=lambda service: service and service.slug)
def test_more_pressing_is_never_later(service: Service | None) -> None:
    asked = local("2026-12-22T12:00")
    due = [due_at(CATALOGUE, service, urgency, asked) for urgency in Urgency]
    assert due == sorted(due, reverse=True)
    assert due[-1] == asked


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-03-23T12:00", "2026-03-26T16:00"),  # before the clock goes forward five o'clock is four in UTC
        ("2026-03-27T12:00", "2026-04-01T15:00"),  # over the change it is three
        ("2026-10-19T12:00", "2026-10-22T15:00"),
        ("2026-10-23T12:00", "2026-10-28T16:00"),  # over the change back
        ("2026-10-25T01:30", "2026-10-28T16:00"),  # in the hour that comes twice
        ("2026-03-24T12:00", "2026-03-27T12:00"),  # on Friday we close at one
    ],
)
def test_term_ends_when_we_close_in_summer_and_in_winter(asked: str, due: str) -> None:
    assert due_at(CATALOGUE, DEBTS, Urgency.URGENT, utc(asked)) == utc(due)


def test_day_begins_at_midnight_here_and_not_in_utc() -> None:
    sunday, monday = utc("2026-09-06T21:59"), utc("2026-09-06T22:01")
    assert due_at(CATALOGUE, None, Urgency.NORMAL, sunday) == local("2026-09-07T17:00")
    assert due_at(CATALOGUE, None, Urgency.NORMAL, monday) == local("2026-09-08T17:00")


@pytest.mark.parametrize("day", range(366))
def test_first_talk_about_debts_is_never_promised_later_than_the_four_weeks_of_the_law(day: int) -> None:
    asked_at = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC) + dt.timedelta(days=day)
    due = due_at(CATALOGUE, DEBTS, "normal", asked_at)
    assert due.date() <= asked_at.date() + dt.timedelta(weeks=4)
