"""The sentence encoder as a Rasa component: gives every message with text one dense vector."""

from __future__ import annotations

from typing import Any

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

from bot.meaning.encoder import encode, encode_cached


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds one dense sentence vector to every message that has text."""

    def __init__(self, name: str, config: dict[str, Any]) -> None:
        super().__init__(name, config)

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["onnxruntime", "sentencepiece"]

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
