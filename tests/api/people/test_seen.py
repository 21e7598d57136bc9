"""Writing down that somebody is at work never costs them the answer they asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable

import pytest
import time_machine
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from api import clock
from api.people import repository
from tests.api.people_at_work import Professional


async def test_answer_comes_when_the_database_is_too_busy_to_write_who_was_seen(
    professional: Callable[..., Awaitable[Professional]], monkeypatch: pytest.MonkeyPatch
) -> None:
    sanne = await professional()

    async def too_busy(*_: object) -> None:
        raise NoConnectionFree("all connections are in use")

    monkeypatch.setattr(repository, "seen", too_busy)
    with time_machine.travel(clock.now() + dt.timedelta(minutes=5)):
        assert (await sanne.get("/intakes")).status_code == 200
