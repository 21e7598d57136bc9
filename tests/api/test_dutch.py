"""Dates and times as a Dutch reader writes them."""

import datetime as dt

import pytest

from api import dutch

NOW = dt.datetime(2026, 11, 22, 14, 5)  # noqa: DTZ001 - these words have no zone


def test_moment_names_the_day_and_the_year_only_when_it_is_another() -> None:
    assert dutch.moment(NOW, NOW) == "zondag 22 november, 14.05 uur"
    assert dutch.moment(NOW + dt.timedelta(days=60), NOW) == "donderdag 21 januari 2027, 14.05 uur"


def test_date_has_the_year() -> None:
    assert dutch.date(NOW) == "22 november 2026"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (60, "1 minuut"),
        (119, "1 minuut"),
        (3599, "59 minuten"),
        (3600, "1 uur"),
        (86_399, "23 uur"),
        (86_400, "1 dag"),
        (900_000, "10 dagen"),
    ],
)
def test_duration_is_in_whole_units(seconds: int, words: str) -> None:
    assert dutch.duration(dt.timedelta(seconds=seconds)) == words
