"""Answers that are ready fit the question and the resident; the reporting code has the five steps of the law."""

from __future__ import annotations

from pathlib import Path

import pytest

from organisation import load_catalogue
from organisation.model import Catalogue
from organisation.work import PLACEHOLDERS, Answer

DEMO = Path(__file__).parents[2] / "catalogue" / "demo"
VALUES = {"naam": "Truus", "medewerker": "Sanne", "team": "Team Best", "organisatie": "De Linde", "telefoon": "0492"}


@pytest.fixture(scope="module")
def demo() -> Catalogue:
    return load_catalogue(DEMO)


def test_every_answer_can_be_filled_in(demo: Catalogue) -> None:
    assert set(VALUES) == set(PLACEHOLDERS)
    for answer in demo.answers.values():
        assert "{" not in answer.filled(VALUES)


def test_who_gave_no_name_is_greeted_without_one() -> None:
    answer = Answer("x", "X", "Dag {naam}, hoe gaat het? Dank u wel, {naam}.", ())
    assert answer.filled(VALUES) == "Dag Truus, hoe gaat het? Dank u wel, Truus."
    assert answer.filled({**VALUES, "naam": ""}) == "Dag, hoe gaat het? Dank u wel."


def test_name_with_braces_stays_a_name() -> None:
    assert Answer("x", "X", "Dag {naam}", ()).filled({**VALUES, "naam": "{team}"}) == "Dag {team}"


def test_answers_fit_the_service(demo: Catalogue) -> None:
    debts = {answer.slug for answer in demo.answers.values() if answer.fits("schuldhulpverlening")}
    general = {answer.slug for answer in demo.answers.values() if answer.fits(None)}
    assert general < debts
    assert "buren-opschrijven" not in debts


def test_reporting_code_has_the_five_steps(demo: Catalogue) -> None:
    steps = [step.slug for step in demo.reporting_code.steps]
    assert steps == ["signalen", "overleg", "gesprek", "wegen", "beslissen"]
    assert demo.help_lines[demo.reporting_code.help_line].number == "0800-2000"
