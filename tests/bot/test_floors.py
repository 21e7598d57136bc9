"""How well messages are understood may not fall: two groups of writers left out, half of the others learnt from.

A regression that a person would notice is red here within a minute. The full figures are made by `make bench`. Raise the floors when those
rise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from bench.measures import Figures, Said, figures
from bench.methods import ours
from bench.understanding import Corpus
from bot.components.kernel import danger
from bot.decision import ASK_IF_SAFE, NEVER

# One group that reads badly and one that reads well.
LEFT_OUT = ("in-distress", "brabant-adults")
LEARNT_FROM = 0.5


@dataclass(frozen=True)
class Found:
    """What two groups of writers get, and how many of their crises are at least asked about."""

    figures: Figures
    asked_about: float


@pytest.fixture(scope="module")
def found() -> Found:
    corpus = Corpus.read()
    unseen = np.flatnonzero(np.isin(corpus.groups, LEFT_OUT))
    known = np.flatnonzero(~np.isin(corpus.groups, LEFT_OUT))
    known = known[np.random.default_rng(1).random(len(known)) < LEARNT_FROM]
    trained = ours([corpus.examples[row] for row in known], corpus.vectors[known])
    shares, further = trained.read([corpus.examples[row].text for row in unseen], corpus.vectors[unseen])
    assert further is not None
    assert trained.alarm_from is not None
    rule_from, dangerous = corpus.rule_from[unseen], danger(trained.labels, shares)
    alarm = dangerous >= np.minimum(trained.alarm_from, rule_from)
    examples = [corpus.examples[row] for row in unseen]
    crisis = np.array([example.is_crisis for example in examples])
    asked_about = (rule_from < NEVER) | (dangerous >= ASK_IF_SAFE)
    all_of_them = figures(examples, Said(trained.labels, shares, alarm, further), np.arange(len(unseen)))
    return Found(all_of_them, float(asked_about[crisis].mean()))


@pytest.mark.parametrize(
    ("figure", "floor"),
    [
        ("accept1", 0.81),
        ("accept1_of_all", 0.79),
        ("accept3", 0.95),
        ("other_kinds", 0.75),
        ("crisis_recall", 0.68),
        ("also_f1", 0.33),
    ],
)
def test_is_at_least(found: Found, figure: str, floor: float) -> None:
    assert getattr(found.figures, figure) >= floor


@pytest.mark.parametrize(
    # People in distress are half of these two groups: of their ordinary messages more raise the alarm than of all writers' (0.005).
    ("figure", "ceiling"),
    [("near_miss_alarms", 0.025), ("ordinary_alarms", 0.014), ("ece", 0.03)],
)
def test_is_at_most(found: Found, figure: str, ceiling: float) -> None:
    assert getattr(found.figures, figure) <= ceiling


def test_most_people_in_danger_are_at_least_asked_whether_they_are_safe(found: Found) -> None:
    assert found.asked_about >= 0.91
