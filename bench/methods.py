"""Ours, and what it is compared with. Every method reads the same training examples and gives shares for the same texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from scipy.special import softmax
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot import decision
from bot.components.kernel import KernelHead, Lesson
from bot.decision import intent_of
from bot.evaluation.corpus import CATALOGUE, Example
from organisation import load_catalogue
from organisation.crisis import find_rule
from organisation.model import CrisisRule

Array = NDArray[Any]
NEIGHBOURS = 15


@dataclass(frozen=True)
class Trained:
    """A method after training: labels in the order of the shares, and how to read texts with their vectors.

    `alarm_from`: the level of alarm that it has learnt, if it learns one.
    """

    labels: Array
    read: Callable[[Sequence[str], Array], tuple[Array, list[list[str]] | None]]
    megabytes: float
    encodes: bool = True
    alarm_from: float | None = None


Method = Callable[[Sequence[Example], Array], Trained]


def ours(examples: Sequence[Example], vectors: Array) -> Trained:
    """The kernel head of the assistant."""
    head = KernelHead.fit([lesson_of(example) for example in examples], vectors)

    def read(texts: Sequence[str], some: Array) -> tuple[Array, list[list[str]] | None]:
        heard = head.hear(texts, some)
        return heard.shares, [head.further(problems) for problems in heard.problems]

    stored = (
        head.weights,
        head.meanings,
        head.rarities,
        head.spellings.data,
        head.spellings.indices,
        head.spellings.indptr,
    )
    return Trained(head.labels, read, sum(array.nbytes for array in stored) / 1e6, alarm_from=head.alarm_from)


@lru_cache(maxsize=1)
def _rules() -> tuple[CrisisRule, ...]:
    return load_catalogue(CATALOGUE).crisis_rules


@cache
def rule_from(text: str) -> float:
    """The probability of danger from which a crisis rule of the catalogue raises the alarm on this text."""
    return decision.rule_from(find_rule(text, _rules()), text)


def lesson_of(example: Example) -> Lesson:
    """An example as the head learns it."""
    also, accept = (tuple(intent_of(slug) for slug in slugs) for slugs in (example.also, example.accept))
    return Lesson(
        example.text,
        example.intent,
        example.group,
        also,
        accept,
        example.near_miss is not None,
        rule_from(example.text),
    )


class _Spelling:
    """TF-IDF of words and letters, as in scikit-learn's guide; with the sentence vector beside it when `weight` is more than 0."""

    def __init__(self, texts: Sequence[str], weight: float) -> None:
        self._words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        self._letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=3, sublinear_tf=True)
        self._words.fit(texts)
        self._letters.fit(texts)
        self._weight = weight

    def __call__(self, texts: Sequence[str], vectors: Array) -> csr_matrix:
        parts = [self._words.transform(texts), self._letters.transform(texts)]
        if self._weight:
            parts.append(csr_matrix(self._weight * vectors))
        return hstack(parts).tocsr()


def tfidf_logistic(examples: Sequence[Example], vectors: Array) -> Trained:
    """TF-IDF with logistic regression: the plainest thing that works."""
    return _linear(examples, vectors, LogisticRegression(C=10, max_iter=60, tol=1e-3), 0)


def both_logistic(examples: Sequence[Example], vectors: Array) -> Trained:
    """Logistic regression on sentence vector and n-grams: what the assistant had before."""
    return _linear(examples, vectors, LogisticRegression(C=10, max_iter=60, tol=1e-3), 3)


def both_svm(examples: Sequence[Example], vectors: Array) -> Trained:
    """Linear support vectors on the same features; its margins have no probabilities, a softmax stands in."""
    return _linear(examples, vectors, LinearSVC(C=0.3), 3)


def _linear(examples: Sequence[Example], vectors: Array, model: Any, weight: float) -> Trained:
    spelling = _Spelling([example.text for example in examples], weight)
    # The vectors of this encoder all point nearly the same way: what differs is what counts.
    mean, spread = vectors.mean(axis=0), float(vectors.std() * np.sqrt(vectors.shape[1]))
    model.fit(
        spelling([example.text for example in examples], (vectors - mean) / spread),
        [example.intent for example in examples],
    )

    def read(texts: Sequence[str], some: Array) -> tuple[Array, None]:
        features = spelling(texts, (some - mean) / spread)
        if hasattr(model, "predict_proba"):
            return np.asarray(model.predict_proba(features)), None
        return np.asarray(softmax(3 * model.decision_function(features), axis=1)), None

    return Trained(np.asarray(model.classes_), read, model.coef_.nbytes / 1e6, encodes=weight > 0)


def nearest(examples: Sequence[Example], vectors: Array) -> Trained:
    """The encoder with the nearest examples: no training at all."""
    labels, places = np.unique([example.intent for example in examples], return_inverse=True)
    mean = vectors.mean(axis=0)

    def centred(some: Array) -> Array:
        bare = some - mean
        return np.asarray(bare / np.maximum(np.linalg.norm(bare, axis=1, keepdims=True), 1e-6))

    known = centred(vectors)

    def read(texts: Sequence[str], some: Array) -> tuple[Array, None]:
        alike = centred(some) @ known.T
        shares = np.full((len(some), len(labels)), 1e-4)
        near = np.argsort(-alike, axis=1)[:, :NEIGHBOURS]
        rows = np.arange(len(some))[:, None]
        np.add.at(shares, (np.broadcast_to(rows, near.shape), places[near]), np.exp(8 * alike[rows, near]))
        return shares / shares.sum(axis=1, keepdims=True), None

    return Trained(labels, read, known.nbytes / 1e6)


METHODS: dict[str, Method] = {
    "Voordeur: kernel ridge on encoder and five views": ours,
    "logistic regression on encoder and n-grams": both_logistic,
    "linear SVM on encoder and n-grams": both_svm,
    "TF-IDF and logistic regression": tfidf_logistic,
    "encoder and nearest examples": nearest,
}
