"""How well messages are understood may not fall: two groups of writers left out, half of the others learnt from.

A regression that a person would notice is red here within a minute. The full figures are made by `make bench`. Raise the floors when those
rise.
"""

from __future__ import annotations

import numpy as np
import pytest
import yaml

from bench.measures import Figures, Said, danger, figures
from bench.methods import ours
from bench.understanding import Corpus
from bot.training import ROOT

# One group that reads badly and one that reads well.
LEFT_OUT = ("in-distress", "brabant-adults")
LEARNT_FROM = 0.5


@pytest.fixture(scope="module")
def found() -> Figures:
    corpus = Corpus.read()
    unseen = np.flatnonzero(np.isin(corpus.groups, LEFT_OUT))
    known = np.flatnonzero(~np.isin(corpus.groups, LEFT_OUT))
    known = known[np.random.default_rng(1).random(len(known)) < LEARNT_FROM]
    trained = ours([corpus.examples[row] for row in known], corpus.vectors[known])
    shares, further = trained.read([corpus.examples[row].text for row in unseen], corpus.vectors[unseen])
    assert further is not None
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    enough = next(step["enough"] for step in pipeline if step["name"].endswith("CrisisDetector"))
    alarm = corpus.ruled[unseen] | (danger(trained.labels, shares) >= enough)
    examples = [corpus.examples[row] for row in unseen]
    return figures(examples, Said(trained.labels, shares, alarm, further), np.arange(len(unseen)))


@pytest.mark.parametrize(
    ("figure", "floor"),
    [("accept1", 0.68), ("accept3", 0.88), ("other_kinds", 0.64), ("crisis_recall", 0.52), ("also_f1", 0.29)],
)
def test_is_at_least(found: Figures, figure: str, floor: float) -> None:
    assert getattr(found, figure) >= floor


@pytest.mark.parametrize(
    ("figure", "ceiling"), [("near_miss_alarms", 0.035), ("ordinary_alarms", 0.012), ("ece", 0.07)]
)
def test_is_at_most(found: Figures, figure: str, ceiling: float) -> None:
    assert getattr(found, figure) <= ceiling
