"""Figures of how well messages are understood. All are of messages whose writers were not seen in training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from bot.components.kernel import alarm_level
from bot.decision import CRISIS_PREFIX, SERVICE_PREFIX, intent_of, kind_of
from bot.evaluation.corpus import Example

Array = NDArray[Any]
BINS = 15


@dataclass(frozen=True)
class Said:
    """What one method said of all examples: `shares` (examples, labels); the services heard; the crisis alarm."""

    labels: Array
    shares: Array
    alarm: Array
    further: Sequence[Sequence[str]] | None = None


@dataclass(frozen=True)
class Figures:
    """One row of a table. Shares of one; NaN where there was nothing to measure."""

    accept1: float
    accept1_of_all: float
    accept3: float
    macro_f1: float
    other_kinds: float
    crisis_recall: float
    near_miss_alarms: float
    ordinary_alarms: float
    ece: float
    also_f1: float


def figures(examples: Sequence[Example], said: Said, rows: Array) -> Figures:
    """The figures over these rows of the examples."""
    some = [examples[row] for row in rows]
    shares, alarm = said.shares[rows], said.alarm[rows]
    likeliest, best = said.labels[shares.argmax(axis=1)], taken_for(said, rows)
    about_services = np.array([example.service is not None for example in some])
    crisis = np.array([example.is_crisis for example in some])
    near = np.array([example.near_miss is not None for example in some])
    first_right = is_right(some, best)
    return Figures(
        accept1=_mean(first_right[about_services]),
        accept1_of_all=_mean(is_right(some, likeliest)[about_services]),
        accept3=_mean(_within_three(some, said.labels, shares)[about_services]),
        macro_f1=float(f1_score([example.intent for example in some], likeliest, average="macro", zero_division=0)),
        other_kinds=_mean(first_right[~about_services & ~crisis]),
        crisis_recall=_mean(alarm[crisis]),
        near_miss_alarms=_mean(alarm[near]),
        ordinary_alarms=_mean(alarm[~near & ~crisis]),
        ece=calibration_error(shares.max(axis=1), is_right(some, likeliest)),
        also_f1=_also_f1(some, best, said.further, rows) if said.further is not None else float("nan"),
    )


def taken_for(said: Said, rows: Array) -> Array:
    """The intent that each message is acted upon as.

    Danger is answered as danger where the alarm is raised. Elsewhere it is asked about, and the question itself is the likeliest other
    intent: so a triage line says it, and so the assistant goes on (`bot/understanding.py`, `bot/components/crisis.py`).
    """
    dangerous = np.char.startswith(said.labels, CRISIS_PREFIX)
    possible = dangerous[None] == said.alarm[rows][:, None]
    return np.asarray(said.labels[np.where(possible, said.shares[rows], -1).argmax(axis=1)])


def is_right(examples: Sequence[Example], best: Array) -> Array:
    """Among services: the label, or one that is fine as well. Elsewhere: the kind, for that decides what happens."""
    return np.array(
        [
            intent in acceptable(example) if example.service else kind_of(intent) == kind_of(example.intent)
            for example, intent in zip(examples, best, strict=True)
        ]
    )


def acceptable(example: Example) -> set[str]:
    """The intents that are right for an example."""
    return {example.intent, *example.accept, *(intent_of(slug) for slug in example.accept)}


def _within_three(examples: Sequence[Example], labels: Array, shares: Array) -> Array:
    services = np.flatnonzero(np.char.startswith(labels, SERVICE_PREFIX))
    three = labels[services[np.argsort(-shares[:, services], axis=1)[:, :3]]]
    return np.array([bool(acceptable(example) & set(own)) for example, own in zip(examples, three, strict=True)])


def calibration_error(confidence: Array, right: Array) -> float:
    """Expected calibration error over equal bins (Guo et al. 2017): how far, on average, confidence is from being right."""
    return float(sum(weight * abs(told - found) for told, found, weight in reliability(confidence, right)))


def reliability(confidence: Array, right: Array) -> list[tuple[float, float, float]]:
    """Per bin that is not empty: mean confidence, how often it was right, share of all messages."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        (float(confidence[own].mean()), float(right[own].mean()), float(own.mean()))
        for own in (bins == number for number in range(BINS))
        if own.any()
    ]


def _also_f1(examples: Sequence[Example], best: Array, further: Sequence[Sequence[str]], rows: Array) -> float:
    hits = told = gold = 0
    for example, first, row in zip(examples, best, rows, strict=True):
        if example.service:
            named = set(further[row]) - {first}
            wanted = {intent_of(slug) for slug in example.also}
            hits, told, gold = hits + len(named & wanted), told + len(named), gold + len(wanted)
    return 2 * hits / (told + gold) if told + gold else float("nan")


def enough(examples: Sequence[Example], danger_of: Array, rule_from: Array) -> float:
    """The lowest share from which the classifier alone may raise the alarm, within the budget of alarms, rules included."""
    crisis = np.array([example.is_crisis for example in examples])
    near = np.array([example.near_miss is not None for example in examples])
    return alarm_level(danger_of, crisis, near, rule_from)


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else float("nan")
