"""Decides what a message is about: one linear head on what it means (sentence vector) and how it is spelt (n-grams).

Training takes seconds, its probabilities are of use, and it is stored as plain arrays: nothing in a model file can run.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack, vstack
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

FILE = "triage.npz"


class LinearHead:
    """Multinomial logistic regression on [standardised dense | weighted TF-IDF] features, as arrays."""

    def __init__(self, arrays: dict[str, NDArray[Any]]) -> None:
        self.arrays = arrays

    @property
    def labels(self) -> list[str]:
        """The intents, in the order of the probabilities."""
        return [str(label) for label in self.arrays["labels"]]

    @classmethod
    def fit(
        cls, dense: NDArray[Any], counts: csr_matrix, labels: list[str], *, strength: float, dense_weight: float
    ) -> LinearHead:
        """Learns from `dense` (examples, 384), `counts` (examples, n-grams) and one label each; `strength` is scikit-learn's C."""
        present = np.asarray((counts > 0).sum(axis=0)).ravel()
        arrays = {
            "mean": dense.mean(axis=0),
            "scale": np.full(1, dense_weight / (dense.std() * np.sqrt(dense.shape[1]))),
            "idf": np.log((1 + counts.shape[0]) / (1 + present)) + 1,
        }
        model = LogisticRegression(C=strength, max_iter=200, random_state=1)
        model.fit(_features(dense, counts, arrays), labels)
        return cls(
            {
                **arrays,
                "weights": model.coef_.T,
                "bias": model.intercept_,
                "labels": np.array(model.classes_, dtype=str),
            }
        )

    def probabilities(self, dense: NDArray[Any], counts: csr_matrix) -> NDArray[Any]:
        """Shape (messages, labels); each row adds up to one."""
        features = _features(dense, counts, self.arrays)
        return np.asarray(softmax(features @ self.arrays["weights"] + self.arrays["bias"], axis=1))


def _features(dense: NDArray[Any], counts: csr_matrix, arrays: dict[str, NDArray[Any]]) -> csr_matrix:
    """Both kinds of features on one scale: dense ones centred, counts dampened, weighted by rarity, at unit length."""
    centred = (dense - arrays["mean"]) * arrays["scale"]
    damped = counts.astype(np.float64)
    damped.data = 1 + np.log(damped.data)
    weighted = damped.multiply(arrays["idf"]).tocsr()
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1))).ravel()
    length[length == 0] = 1
    return hstack([csr_matrix(centred), weighted.multiply(1 / length[:, None])]).tocsr()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TriageClassifier(GraphComponent, IntentClassifier):
    """Ranks all intents for a message. Needs a dense sentence featurizer and count featurizers before it."""

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, head: LinearHead | None = None
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._head = head

    @classmethod
    def required_components(cls) -> list[type]:
        """Features must have been made first."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`strength`: less is smoother. `dense_weight`: how much meaning counts beside spelling."""
        return {"strength": 10.0, "dense_weight": 3.0}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TriageClassifier:
        """Rasa's way to make an untrained component."""
        return cls({**cls.get_default_config(), **config}, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TriageClassifier:
        """Rasa's way to bring back a trained component."""
        with model_storage.read_from(resource) as folder, np.load(folder / FILE, allow_pickle=False) as stored:
            head = LinearHead(dict(stored))
        return cls({**cls.get_default_config(), **config}, model_storage, resource, head)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the head on all examples that have an intent, and stores it."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        dense, counts = _features_of(examples)
        self._head = LinearHead.fit(
            dense,
            counts,
            [example.get(INTENT) for example in examples],
            strength=self._config["strength"],
            dense_weight=self._config["dense_weight"],
        )
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / FILE, **self._head.arrays)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent and ranking on every message that has features, in place."""
        assert self._head is not None, "the classifier has not been trained"
        heard = [message for message in messages if message.get(TEXT) and message.features]
        if not heard:
            return messages
        labels = self._head.labels
        for message, shares in zip(heard, self._head.probabilities(*_features_of(heard)), strict=True):
            order = np.argsort(-shares)
            ranking = [{"name": labels[place], "confidence": float(shares[place])} for place in order]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def _features_of(messages: list[Message]) -> tuple[NDArray[Any], csr_matrix]:
    """Sentence features of all messages: dense of shape (messages, 384), counts of shape (messages, n-grams)."""
    dense, counts = [], []
    for message in messages:
        _, vector = message.get_dense_features(TEXT)
        _, row = message.get_sparse_features(TEXT)
        assert vector is not None, "put the sentence encoder before this component in config.yml"
        assert row is not None, "put a CountVectorsFeaturizer before this component in config.yml"
        dense.append(vector.features)
        counts.append(row.features)
    return np.vstack(dense), csr_matrix(vstack(counts))
