"""The head that decides: kernel ridge on [sentence vector | five views of the spelling], as plain arrays.

A message is compared with every example at once, kernel = exp(SHARPNESS · (similarity − 1)), and what the examples were about is
weighed in closed form (Saunders et al. 1998, "Ridge Regression Learning Algorithm in Dual Variables"). The closed form also gives
what the head would have said of every group of writers without having seen that group, and all that turns scores into
probabilities is learnt from that: how sharp, how much to trust the first choice, from where on a further problem is heard, and a crisis.
Why this one: docs/adr/0010-kernel-ridge-for-triage.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from scipy.special import expit, log_softmax, logsumexp, softmax
from sklearn.linear_model import LogisticRegression

from bot.components.views import PLACES, counts, rarity, side_by_side
from bot.decision import ANSWERS, CRISIS_PREFIX, SERVICE_PREFIX, kind_of

MEANING = 0.4  # weight of the sentence vector beside the spelling
SHARPNESS = 1.0
RIDGE = 0.03
# Of what is no crisis, this much may raise the alarm (docs/understanding.md).
NEAR_MISS_ALARMS = 0.03
ORDINARY_ALARMS = 0.01
ACCEPTABLE = 0.3  # what a service that is fine as well aims at; the label itself is 1
# No greeting or thanks in the examples has more words than this, and no answer: what is longer is a story that begins politely.
LONGEST = {"smalltalk": 14, "answer": 18}

Array = NDArray[Any]


@dataclass(frozen=True)
class Lesson:
    """One example: its text, its intent, who wrote it, and the intents that are in it or fine as well.

    `near_miss`: it only looks like a crisis. `ruled`: a crisis rule of the catalogue hears it, whatever is learnt.
    """

    text: str
    intent: str
    group: str
    also: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    near_miss: bool = False
    ruled: bool = False


@dataclass(frozen=True)
class Heard:
    """What was heard in some texts: `shares` (texts, labels) add up to one a row; `problems` (texts, services) are scores."""

    shares: Array
    problems: Array


@dataclass(frozen=True)
class KernelHead:
    """What was learnt. Examples are stored as features only: their words cannot be read back from it."""

    labels: Array
    services: Array
    mean: Array
    scale: Array
    rarities: Array  # (views, PLACES)
    meanings: Array  # (examples, 384)
    spellings: csr_matrix  # (views × PLACES, examples): a message looks up only the places it has
    weights: Array  # (examples, labels + services)
    heat: float  # shares = softmax(heat · scores)
    trust: Array  # slope and bias: chance that the first choice is right
    also_at: float  # a further problem is heard from this score
    alarm_from: float  # the alarm is raised from this probability of all crisis intents together

    @classmethod
    def fit(cls, lessons: Sequence[Lesson], meanings: Array) -> KernelHead:
        """Learns from lessons and their sentence vectors (lessons, 384). Needs at least two groups of writers."""
        labels = np.array(sorted({lesson.intent for lesson in lessons}))
        services = np.array([label for label in labels if label.startswith(SERVICE_PREFIX)], dtype=labels.dtype)
        targets = _targets(lessons, labels, services)
        views = counts([lesson.text for lesson in lessons])
        rarities = np.stack([rarity(view) for view in views])
        spelling = side_by_side(views, list(rarities))
        mean, scale = meanings.mean(axis=0), np.maximum(meanings.std(axis=0), 1e-6)
        meaning = _standard(meanings, mean, scale)
        likeness = MEANING * (meaning @ meaning.T) + (1 - MEANING) * (spelling @ spelling.T).toarray()
        inverse = _inverse(likeness)
        unseen = _without_own_group(inverse, targets, np.array([lesson.group for lesson in lessons]))
        heat, trust, also_at = _calibrate(lessons, labels, services, targets, unseen)
        texts = [lesson.text for lesson in lessons]
        alarm_from = _alarm_from(lessons, labels, _shares(texts, labels, unseen[:, : len(labels)], heat, trust))
        return cls(
            labels, services, mean, scale, rarities, meaning, spelling.T.tocsr(), inverse @ targets, heat, trust,
            also_at, alarm_from,
        )  # fmt: skip

    def hear(self, texts: Sequence[str], meanings: Array) -> Heard:
        """What some texts are about, given their sentence vectors (texts, 384)."""
        likeness = MEANING * (_standard(meanings, self.mean, self.scale) @ self.meanings.T)
        spelling = side_by_side(counts(texts), list(self.rarities))
        likeness += (1 - MEANING) * (spelling @ self.spellings).toarray()
        scores = np.exp(SHARPNESS * (likeness - 1)) @ self.weights
        own, problems = np.split(scores, [len(self.labels)], axis=1)
        return Heard(_shares(texts, self.labels, own, self.heat, self.trust), problems)

    def ranking(self, shares: Array) -> list[dict[str, Any]]:
        """All intents with one message's `shares`, best first, as Rasa writes it."""
        return [{"name": str(self.labels[place]), "confidence": float(shares[place])} for place in np.argsort(-shares)]

    def further(self, problems: Array) -> list[str]:
        """The service intents that one message's `problems` are enough for, highest first."""
        return [str(self.services[place]) for place in np.argsort(-problems) if problems[place] > self.also_at]

    def save(self, file: Path) -> None:
        """Writes arrays only: nothing in the file can run."""
        places = self.spellings.indices.astype(np.min_scalar_type(self.spellings.shape[1]))
        np.savez(
            file, labels=self.labels, services=self.services, mean=self.mean, scale=self.scale, rarities=self.rarities,
            meanings=self.meanings, weights=self.weights, trust=self.trust, numbers=np.array([self.heat, self.also_at, self.alarm_from]),
            data=self.spellings.data, indices=places, indptr=self.spellings.indptr,
        )  # fmt: skip

    @classmethod
    def load(cls, file: Path | IO[bytes]) -> KernelHead:
        """Reads what `save` wrote."""
        with np.load(file, allow_pickle=False) as stored:
            arrays = dict(stored)
        shape = (len(arrays["rarities"]) * PLACES, len(arrays["meanings"]))
        heat, also_at, alarm_from = (float(number) for number in arrays.pop("numbers"))
        spellings = csr_matrix(
            (arrays.pop("data"), arrays.pop("indices").astype(np.int32), arrays.pop("indptr")), shape=shape
        )
        return cls(spellings=spellings, heat=heat, also_at=also_at, alarm_from=alarm_from, **arrays)


def _shares(texts: Sequence[str], labels: Array, scores: Array, heat: float, trust: Array) -> Array:
    """Scores (texts, labels) as probabilities."""
    shares = softmax(heat * scores.astype(float), axis=1) * _possible(texts, labels)
    return _trusted(shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-9), trust)


def _possible(texts: Sequence[str], labels: Array) -> Array:
    """(texts, labels): false for small talk and answers where a text is too long to be one."""
    kinds = ["answer" if label in ANSWERS else kind_of(label) for label in labels]
    longest = np.array([LONGEST.get(kind, np.inf) for kind in kinds])
    return np.array([len(text.split()) for text in texts])[:, None] <= longest[None]


def _targets(lessons: Sequence[Lesson], labels: Array, services: Array) -> Array:
    """(lessons, labels + services): what to rank first, and beside it every problem that is in the message."""
    column = {label: place for place, label in enumerate(labels)}
    problem = {label: len(labels) + place for place, label in enumerate(services)}
    targets = np.zeros((len(lessons), len(labels) + len(services)), np.float32)
    for row, lesson in enumerate(lessons):
        for other in lesson.accept:
            if other in column:
                targets[row, column[other]] = ACCEPTABLE
        targets[row, column[lesson.intent]] = 1
        for service in (lesson.intent, *lesson.also):
            if service in problem:
                targets[row, problem[service]] = 1
    return targets


def _standard(vectors: Array, mean: Array, scale: Array) -> Array:
    centred = ((vectors - mean) / scale).astype(np.float32)
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-6))


def _inverse(likeness: Array) -> Array:
    """(K + RIDGE · I)⁻¹ for the kernel of this likeness, by Cholesky, in single precision: half a gigabyte less for 6,000 examples."""
    gram = np.exp(SHARPNESS * (likeness - 1)).astype(np.float32)
    gram[np.diag_indices_from(gram)] += RIDGE
    lower, failed = lapack.spotrf(gram, lower=1, overwrite_a=1)
    assert not failed, "the kernel matrix is not positive definite"
    inverse, _ = lapack.spotri(lower, lower=1)
    return np.asarray(np.tril(inverse) + np.tril(inverse, -1).T)


def _without_own_group(inverse: Array, targets: Array, groups: Array) -> Array:
    """What the ridge would have said of every group without that group: T_G − ((A⁻¹)_GG)⁻¹ (A⁻¹ T)_G."""
    told = inverse @ targets
    said = np.empty_like(targets)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        said[rows] = targets[rows] - np.linalg.solve(inverse[np.ix_(rows, rows)], told[rows])
    return said


def _calibrate(
    lessons: Sequence[Lesson], labels: Array, services: Array, targets: Array, unseen: Array
) -> tuple[float, Array, float]:
    """Heat, trust and the score of a further problem, all from what was said of writers not seen."""
    scores, fine = unseen[:, : len(labels)], targets[:, : len(labels)] > 0

    def surprise(heat: float) -> float:
        return float(-logsumexp(np.where(fine, log_softmax(heat * scores, axis=1), -1e9), axis=1).mean())

    heat = float(minimize_scalar(surprise, bounds=(1, 60), method="bounded").x)
    rows, best = np.arange(len(lessons)), scores.argmax(axis=1)
    kinds = np.array([kind_of(label) for label in labels])
    truth = np.array([kind_of(lesson.intent) for lesson in lessons])
    # Among services the right one counts, or one that is fine as well; elsewhere the kind is what matters.
    right = np.where(truth == "service", fine[rows, best], kinds[best] == truth)
    trust = np.array([1.0, 0.0])
    if right.any() and not right.all():
        certainty = _logit(softmax(heat * scores, axis=1).max(axis=1))[:, None]
        judge = LogisticRegression().fit(certainty, right)
        trust = np.array([judge.coef_[0, 0], judge.intercept_[0]])
    problems = unseen[truth == "service", len(labels) :].copy()
    gold = targets[truth == "service", len(labels) :] > 0
    first = labels[best][truth == "service"]
    own = np.array([lesson.intent for lesson in lessons])[truth == "service"]
    taken = first[:, None] == services[None]
    problems[taken] = -np.inf
    return heat, trust, _best_threshold(problems, gold & (own[:, None] != services[None]))


def _alarm_from(lessons: Sequence[Lesson], labels: Array, shares: Array) -> float:
    """The level of alarm that `alarm_level` finds on writers not seen."""
    danger = shares[:, np.char.startswith(labels, CRISIS_PREFIX)].sum(axis=1)
    crisis = np.array([lesson.intent.startswith(CRISIS_PREFIX) for lesson in lessons])
    near, ruled = (np.array([getattr(lesson, name) for lesson in lessons]) for name in ("near_miss", "ruled"))
    return alarm_level(danger, crisis, near, ruled)


def alarm_level(danger: Array, crisis: Array, near: Array, ruled: Array) -> float:
    """The lowest probability of danger from which the alarm may be raised within the budget of false alarms, those by rule included.

    All of shape (messages,); above one when rules alone use up the budget, or there is nothing to measure it on.
    """
    allowed = 1.1
    ordinary = ~near & ~crisis
    for level in np.arange(0.99, 0.0, -0.01):
        alarm = ruled | (danger >= level)
        if any(
            some.any() and alarm[some].mean() > budget
            for some, budget in ((near, NEAR_MISS_ALARMS), (ordinary, ORDINARY_ALARMS))
        ):
            break
        allowed = float(level)
    return allowed


def _best_threshold(scores: Array, gold: Array) -> float:
    """The score above which taking all gives the best F1; infinite when there is nothing to find."""
    if not gold.any():
        return float("inf")
    falling = np.argsort(-scores, axis=None)
    hits = np.cumsum(gold.ravel()[falling])
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + gold.sum())
    return float(scores.ravel()[falling[int(np.argmax(f1))]])


def _logit(share: Array) -> Array:
    return np.asarray(np.log(share + 1e-6) - np.log(1 - share + 1e-6))


def _trusted(shares: Array, trust: Array) -> Array:
    """The first choice gets its calibrated chance (Platt 1999), the others share what is left as they did. The order stays."""
    rows, first = np.arange(len(shares)), shares.argmax(axis=1)
    top = shares[rows, first]
    chance = expit(trust[0] * _logit(top) + trust[1])
    told = shares * ((1 - chance) / np.maximum(1 - top, 1e-9))[:, None]
    told[rows, first] = 0
    told[rows, first] = np.maximum(chance, told.max(axis=1) + 1e-6)
    return np.asarray(told / told.sum(axis=1, keepdims=True))
