"""The head that decides: kernel ridge on [sentence vector | five views of the spelling], as plain arrays.

A message is compared with every example at once, kernel = exp(SHARPNESS · (similarity − 1)), and what the examples were about is
weighed by ridge regression (Saunders et al. 1998, "Ridge Regression Learning Algorithm in Dual Variables"). Beside the ridge over all
examples, some are solved that have not seen a part of the writers, and all that turns scores into probabilities is learnt from what
those say: how sharp, how much to trust the first choice, from where on a further problem is heard, and a crisis.
Why this one: docs/adr/0010-kernel-ridge-for-triage.md. How it is solved: docs/adr/0045-rounds-instead-of-a-cube.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas, cho_factor, cho_solve, cholesky, solve_triangular
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from scipy.special import expit, log_softmax, logsumexp, softmax
from sklearn.linear_model import LogisticRegression

from bot.components.views import PLACES, counts, knows_a_word, rarity, side_by_side
from bot.decision import ANSWERS, CRISIS_PREFIX, NEVER, SERVICE_PREFIX, kind_of

MEANING = 0.5  # weight of the sentence vector beside the spelling
SHARPNESS = 1.0
RIDGE = 0.03
# Of what is no crisis, this much may raise the alarm (docs/understanding.md).
NEAR_MISS_ALARMS = 0.03
ORDINARY_ALARMS = 0.01
ROWS = 1000  # of the kernel matrix filled in at once
# Into so many parts are writers divided to learn what scores mean: a part is read by a ridge that has not seen it.
PARTS = 3
# So many examples stand for all others to tell in which direction to go, and we stop when so little of what is wanted is left.
LANDMARKS = 3000
LEFT_OVER = 0.1
ACCEPTABLE = 0.3  # what a service that is fine as well aims at; the label itself is 1
# No greeting or thanks in the examples has more words than this, and no answer: what is longer is a story that begins politely.
LONGEST = {"smalltalk": 14, "answer": 18}
# A service heard in so few signs, none of whose words is known, is a guess by letters ("blub" is no "club"): it counts for half. Of 42,000
# examples no message about a service was like that.
TELLS_NOTHING = 12

Array = NDArray[Any]


@dataclass(frozen=True)
class Lesson:
    """One example: its text, its intent, who wrote it, and the intents that are in it or fine as well.

    `near_miss`: it only looks like a crisis. `rule_from`: the probability of danger from which a rule of the catalogue raises the alarm.
    """

    text: str
    intent: str
    group: str
    also: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    near_miss: bool = False
    rule_from: float = NEVER


@dataclass(frozen=True)
class Heard:
    """What was heard in some texts: `shares` (texts, labels) add up to one a row at most; `problems` (texts, services) are scores."""

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
        ridge = _Ridge.fit(lessons, meanings, _parts([lesson.group for lesson in lessons]))
        heat, trust, also_at = _calibrate(ridge, np.arange(len(lessons)))
        texts = [lesson.text for lesson in lessons]
        alarm_from = _alarm_from(lessons, ridge.labels, _shares(texts, ridge.labels, ridge.said, heat, trust))
        return cls(
            ridge.labels, ridge.services, ridge.mean, ridge.scale, ridge.rarities, ridge.meaning, ridge.spelling.T.tocsr(),
            ridge.weights, heat, trust, also_at, alarm_from,
        )  # fmt: skip

    def hear(self, texts: Sequence[str], meanings: Array) -> Heard:
        """What some texts are about, given their sentence vectors (texts, 384)."""
        likeness = MEANING * (_standard(meanings, self.mean, self.scale) @ self.meanings.T)
        views = counts(texts)
        spelling = side_by_side(views, list(self.rarities))
        likeness += (1 - MEANING) * (spelling @ self.spellings).toarray()
        scores = np.exp(SHARPNESS * (likeness - 1)) @ self.weights
        own, problems = np.split(scores, [len(self.labels)], axis=1)
        shares = _shares(texts, self.labels, own, self.heat, self.trust)
        guessed = ~knows_a_word(views, self.rarities) & np.array([len(text.strip()) <= TELLS_NOTHING for text in texts])
        shares[np.ix_(guessed, np.char.startswith(self.labels, SERVICE_PREFIX))] /= 2
        return Heard(shares, problems)

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


@dataclass(frozen=True)
class _Ridge:
    """The solved ridge: how examples are compared, what they weigh, and what one that has not seen its part says of each."""

    lessons: Sequence[Lesson]
    labels: Array
    services: Array
    targets: Array
    mean: Array
    scale: Array
    rarities: Array
    meaning: Array
    spelling: csr_matrix
    weights: Array
    unseen: Array

    @classmethod
    def fit(cls, lessons: Sequence[Lesson], meanings: Array, parts: Array) -> _Ridge:
        labels = np.array(sorted({lesson.intent for lesson in lessons}))
        services = np.array([label for label in labels if label.startswith(SERVICE_PREFIX)], dtype=labels.dtype)
        targets = _targets(lessons, labels, services)
        views = counts([lesson.text for lesson in lessons])
        rarities = np.stack([rarity(view) for view in views])
        spelling = side_by_side(views, list(rarities))
        mean, scale = meanings.mean(axis=0), np.maximum(meanings.std(axis=0), 1e-6)
        meaning = _standard(meanings, mean, scale)
        weights, unseen = _fitted(_gram(meaning, spelling), targets, parts)
        return cls(lessons, labels, services, targets, mean, scale, rarities, meaning, spelling, weights, unseen)

    @property
    def said(self) -> Array:
        """Scores of the labels (lessons, labels), from writers not seen."""
        return self.unseen[:, : len(self.labels)]

    @property
    def problems(self) -> Array:
        """Scores of every service as a problem in the message (lessons, services), from writers not seen."""
        return self.unseen[:, len(self.labels) :]


def heard_unseen(lessons: Sequence[Lesson], meanings: Array) -> tuple[Array, Array, list[list[str]]]:
    """Labels, shares (lessons, labels) and services heard, of every group of writers by a head that has not learnt from that group.

    What scores mean is learnt from the other groups. Only how rare a place is and the mean of the vectors, for which no label is looked
    at, are of all texts.
    """
    groups = np.array([lesson.group for lesson in lessons])
    ridge = _Ridge.fit(lessons, meanings, groups)
    shares, heard = np.zeros_like(ridge.said, dtype=float), np.zeros_like(ridge.problems, dtype=bool)
    for group in np.unique(groups):
        own, others = np.flatnonzero(groups == group), np.flatnonzero(groups != group)
        heat, trust, also_at = _calibrate(ridge, others)
        shares[own] = _shares([lessons[row].text for row in own], ridge.labels, ridge.said[own], heat, trust)
        heard[own] = ridge.problems[own] > also_at
    return ridge.labels, shares, [[str(service) for service in ridge.services[row]] for row in heard]


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


def _parts(groups: Sequence[str]) -> Array:
    """(examples,): the part of each example, of `PARTS` of about the same size, in which all of one group are together."""
    names, sizes = np.unique(groups, return_counts=True)
    filled, part_of = np.zeros(PARTS), {}
    for place in np.argsort(-sizes, kind="stable"):
        part_of[names[place]] = part = int(filled.argmin())
        filled[part] += sizes[place]
    return np.array([part_of[group] for group in groups])


def _gram(meaning: Array, spelling: csr_matrix) -> Array:
    """The kernel of every two examples, (examples, examples), of which only the lower triangle is filled in: it is the same both ways."""
    count = len(meaning)
    gram = np.zeros((count, count), np.float32)

    def fill(start: int) -> None:
        rows, until = slice(start, start + ROWS), min(start + ROWS, count)
        likeness = (spelling[rows] @ spelling[:until].T).toarray() * (1 - MEANING)
        likeness += MEANING * (meaning[rows] @ meaning[:until].T)
        np.exp(SHARPNESS * (likeness - 1), out=gram[rows, :until])

    # SciPy and NumPy let go of Python's lock. The last rows are the longest, so they go first.
    with ThreadPoolExecutor(os.cpu_count()) as cores:
        list(cores.map(fill, reversed(range(0, count, ROWS))))
    return gram


def _fitted(gram: Array, targets: Array, parts: Array) -> tuple[Array, Array]:
    """The weights (K + RIDGE · I)⁻¹T over all examples, and what is said of every part by a ridge over the other parts.

    `gram`: K, its lower triangle. All ridges are solved side by side, so that a round multiplies by K once. To leave a part out is to
    keep its weights at zero.
    """
    names = np.unique(parts)
    learnt = np.stack([np.ones(len(parts), bool), *(parts != name for name in names)], axis=1)
    weights = _solved(gram, targets, learnt)
    scores = _times(gram, weights[:, 1:])
    unseen = np.empty_like(targets)
    for place, name in enumerate(names):
        unseen[parts == name] = scores[parts == name, place]
    return weights[:, 0], unseen


def _solved(gram: Array, targets: Array, learnt: Array) -> Array:
    """Weights (examples, ridges, targets) of one ridge for every column of `learnt` (examples, ridges): whether it may look at an example.

    By conjugate gradients, pointed the right way by some examples that stand for all (Frangella, Tropp and Udell 2023, "Randomized Nyström
    Preconditioning"): ten rounds where a solution in closed form grows with the cube of the examples.
    """
    towards = _directions(gram, learnt)
    wanted = targets[:, None] * learnt[..., None]
    sizes = np.maximum(np.linalg.norm(wanted, axis=0), np.finfo(np.float32).tiny)
    weights, left = np.zeros_like(wanted), wanted.copy()
    way = towards(left)
    gain = (left * way).sum(axis=0)
    while (np.linalg.norm(left, axis=0) / sizes).max() > LEFT_OVER:
        along = _times(gram, way) * learnt[..., None] + RIDGE * way
        step = gain / np.maximum((way * along).sum(axis=0), np.finfo(np.float32).tiny)
        weights += step * way
        left -= step * along
        towards_left = towards(left)
        before, gain = gain, (left * towards_left).sum(axis=0)
        way = towards_left + gain / np.maximum(before, np.finfo(np.float32).tiny) * way
    return np.asarray(weights)


def _times(gram: Array, values: Array) -> Array:
    """K · values, for values of shape (examples, ...)."""
    # BLAS counts by columns: what is the lower triangle for us is the upper one for it.
    columns = np.asfortranarray(values.reshape(len(values), -1))
    return np.ascontiguousarray(blas.ssymm(1, gram.T, columns, lower=0)).reshape(values.shape)


def _directions(gram: Array, learnt: Array) -> Callable[[Array], Array]:
    """What multiplies by about (K + RIDGE · I)⁻¹ for every ridge: K is taken for what `LANDMARKS` make of it, and the rest for noise."""
    count = len(gram)
    stand = np.sort(np.random.default_rng(0).choice(count, min(LANDMARKS, count), replace=False))
    below = np.arange(count)[:, None] >= stand
    seen = np.where(below, gram[:, stand], gram[stand].T)
    own = seen[stand].astype(float)
    own[np.diag_indices_from(own)] += 1e-3
    # K is about features · featuresᵀ.
    features = solve_triangular(cholesky(own, lower=True).astype(np.float32), seen.T, lower=True).T
    noise = max(float((1 - (features**2).sum(axis=1)).mean()), 0.0) + RIDGE
    everybody, solve = features.T @ features, []
    for looks in learnt.T:
        inner = everybody - features[~looks].T @ features[~looks]
        inner[np.diag_indices_from(inner)] += noise
        solve.append(cho_factor(inner))

    def towards(left: Array) -> Array:
        way = np.empty_like(left)
        for place, factor in enumerate(solve):
            known = features @ cho_solve(factor, features.T @ left[:, place])
            way[:, place] = (left[:, place] - known * learnt[:, place, None]) / noise
        return way

    return towards


def _calibrate(ridge: _Ridge, rows: Array) -> tuple[float, Array, float]:
    """Heat, trust and the score of a further problem, from what was said in these rows of writers not seen."""
    lessons = [ridge.lessons[row] for row in rows]
    scores, fine = ridge.said[rows], ridge.targets[rows, : len(ridge.labels)] > 0

    def surprise(heat: float) -> float:
        return float(-logsumexp(np.where(fine, log_softmax(heat * scores, axis=1), -1e9), axis=1).mean())

    heat = float(minimize_scalar(surprise, bounds=(1, 60), method="bounded").x)
    best = scores.argmax(axis=1)
    kinds = np.array([kind_of(label) for label in ridge.labels])
    truth = np.array([kind_of(lesson.intent) for lesson in lessons])
    # Among services the right one counts, or one that is fine as well; elsewhere the kind is what matters.
    right = np.where(truth == "service", fine[np.arange(len(lessons)), best], kinds[best] == truth)
    trust = np.array([1.0, 0.0])
    if right.any() and not right.all():
        certainty = _logit(softmax(heat * scores, axis=1).max(axis=1))[:, None]
        judge = LogisticRegression().fit(certainty, right)
        trust = np.array([judge.coef_[0, 0], judge.intercept_[0]])
    about = truth == "service"
    problems, gold = ridge.problems[rows][about].copy(), ridge.targets[rows, len(ridge.labels) :][about] > 0
    own = np.array([lesson.intent for lesson in lessons])[about]
    problems[ridge.labels[best][about][:, None] == ridge.services[None]] = -np.inf
    return heat, trust, _best_threshold(problems, gold & (own[:, None] != ridge.services[None]))


def _alarm_from(lessons: Sequence[Lesson], labels: Array, shares: Array) -> float:
    """The level of alarm that `alarm_level` finds on writers not seen."""
    crisis = np.array([lesson.intent.startswith(CRISIS_PREFIX) for lesson in lessons])
    near, rule_from = (np.array([getattr(lesson, name) for lesson in lessons]) for name in ("near_miss", "rule_from"))
    return alarm_level(danger(labels, shares), crisis, near, rule_from)


def danger(labels: Array, shares: Array) -> Array:
    """Probability of all crisis intents together, (messages,)."""
    return np.asarray(shares[:, np.char.startswith(labels, CRISIS_PREFIX)].sum(axis=1))


def alarm_level(danger_of: Array, crisis: Array, near: Array, rule_from: Array) -> float:
    """The lowest probability of danger from which the alarm may be raised within the budget of false alarms, those by rule included.

    All of shape (messages,); above one when rules alone use up the budget, or there is nothing to measure it on.
    """
    allowed = NEVER
    ordinary = ~near & ~crisis
    for level in np.arange(0.99, 0.0, -0.01):
        alarm = danger_of >= np.minimum(level, rule_from)
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
