"""Which thresholds cost residents least: docs/adr/0011-thresholds-by-cost.md.

A tap costs 0 here: the least one can ask. Everything else is counted in taps and reading, as a person who is worried would feel it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.measures import Array, acceptable
from bot.decision import CHOICES, SERVICE_PREFIX, kind_of
from bot.evaluation.corpus import Example

WRONG_CONFIRM = 3.0  # "Klopt dat?" about something else: feels misheard, says no, reads a list
RIGHT_LIST = 1.0  # reads three lines, taps one
WRONG_LIST = 4.0  # reads three lines for nothing and has to say it again
OPEN_QUESTION = 2.5  # tells it once more
STEPS = np.arange(0.1, 0.96, 0.05)


@dataclass(frozen=True)
class Thresholds:
    """From which share we confirm, from which sum of shares we offer a choice, and what a message costs then, on average."""

    confirm: float
    choose: float
    cost: float


def best_thresholds(examples: Sequence[Example], labels: Array, shares: Array) -> Thresholds:
    """The cheapest pair on these messages; those that a rule would answer are left out."""
    costs = _costs(examples, labels, shares)
    found = [
        Thresholds(float(confirm), float(choose), cost_of(costs, confirm, choose))
        for confirm in STEPS
        for choose in STEPS
    ]
    return min(found, key=lambda pair: pair.cost)


def cost_at(examples: Sequence[Example], labels: Array, shares: Array, confirm: float, choose: float) -> float:
    """What these thresholds cost a message, on average."""
    return cost_of(_costs(examples, labels, shares), confirm, choose)


def cost_of(costs: Array, confirm: float, choose: float) -> float:
    """As `cost_at`, on rows of (best share, sum of shares, cost of confirming, of a list, of asking)."""
    best, total, confirming, listing, asking = costs.T
    return float(np.where(best >= confirm, confirming, np.where(total >= choose, listing, asking)).mean())


def _costs(examples: Sequence[Example], labels: Array, shares: Array) -> Array:
    services = np.flatnonzero(np.char.startswith(labels, SERVICE_PREFIX))
    rows = []
    for example, own in zip(examples, shares, strict=True):
        if kind_of(str(labels[own.argmax()])) != "service" or example.is_crisis:
            continue
        order = services[np.argsort(-own[services])]
        right = acceptable(example)
        confirming = 0.0 if labels[order[0]] in right else WRONG_CONFIRM
        listing = RIGHT_LIST if right & set(labels[order[:CHOICES]]) else WRONG_LIST
        rows.append((own[order[0]], own[services].sum(), confirming, listing, OPEN_QUESTION))
    return np.array(rows)
