"""Residents hear when somebody is at work: by the hours of the catalogue, and never on a public holiday."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import httpx
import pytest
import time_machine

from api.dependencies import Runtime
from api.site.opening import Opening, opening
from organisation.model import Hours, Organisation

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(dt.UTC)


@pytest.fixture
def organisation(runtime: Runtime) -> Organisation:
    return runtime.catalogue.organisation


@pytest.mark.parametrize(
    ("at", "closes"),
    [
        ("2026-11-23 09:00", "2026-11-23 17:00"),
        ("2026-11-23 16:59", "2026-11-23 17:00"),
        ("2026-11-27 12:59", "2026-11-27 13:00"),
    ],
)
def test_open_until_the_hour_of_the_catalogue(organisation: Organisation, at: str, closes: str) -> None:
    assert opening(organisation, local(at)) == Opening(open=True, closes_at=local(closes))


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-23 08:59", "2026-11-23 09:00"),
        ("2026-11-23 17:00", "2026-11-24 09:00"),
        ("2026-11-27 13:00", "2026-11-30 09:00"),  # friday afternoon to monday
        ("2026-12-24 18:00", "2026-12-28 09:00"),  # two days of Christmas and a weekend
        ("2026-04-27 10:00", "2026-04-28 09:00"),  # King's Day
        ("2026-03-28 12:00", "2026-03-30 09:00"),  # the clock goes forward in between
    ],
)
def test_closed_until_the_next_working_hour(organisation: Organisation, at: str, opens: str) -> None:
    assert opening(organisation, local(at)) == Opening(open=False, opens_at=local(opens))


def test_break_at_noon_is_closed(organisation: Organisation) -> None:
    split = (Hours(0, dt.time(13), dt.time(17)), Hours(0, dt.time(9), dt.time(12)))
    at_noon = opening(replace(organisation, hours=split), local("2026-11-23 12:30"))
    assert at_noon == Opening(open=False, opens_at=local("2026-11-23 13:00"))


def test_without_hours_nothing_is_promised(organisation: Organisation) -> None:
    assert opening(replace(organisation, hours=()), local("2026-11-23 10:00")) == Opening(open=False)


@time_machine.travel("2026-11-23T10:00:00Z", tick=False)
async def test_anybody_may_ask(client: httpx.AsyncClient) -> None:
    body = (await client.get("/api/v1/organisation")).json()
    assert body["name"] == "Welzijn De Linde"
    assert (body["open"], body["closesAt"], body["opensAt"]) == (True, "2026-11-23T16:00:00Z", None)
