"""How the term of a law is told to who helps."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

from api.intakes.deadlines import Signal, legal_due_at
from api.settings import ROOT
from api.workspace.wording import Wording
from organisation import load_catalogue

WEDNESDAY = dt.datetime(2026, 11, 25, 20, tzinfo=dt.UTC)


def test_a_term_that_ends_at_midnight_is_called_by_its_last_day() -> None:
    catalogue = load_catalogue(ROOT / "catalogue" / "demo")
    due = legal_due_at(catalogue, catalogue.services["schuldhulpverlening"], WEDNESDAY, rule_working_days=3)
    item = cast(Any, SimpleNamespace(legal_due_at=due, signal=Signal.GREEN))
    clock = Wording(catalogue, WEDNESDAY).legal_clock(item)
    assert clock is not None
    assert clock.text == "Volgens de wet moet het eerste gesprek er zijn uiterlijk maandag 30 november."
