"""Decides what a message is about: the kernel head on what it means (sentence vector) and how it is spelt (its own letters).

Training takes seconds, its probabilities can be trusted, and it is stored as plain arrays: nothing in a model file can run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, METADATA_EXAMPLE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.kernel import KernelHead, Lesson
from bot.decision import intent_of, rule_from
from bot.importer import GROUP
from organisation import load_catalogue
from organisation.crisis import find_rule
from organisation.model import CrisisRule

FILE = "triage.npz"
FURTHER = "further_intents"
# From which share of probability on all crisis intents the alarm is raised, on the message for the crisis detector.
ALARM_FROM = "alarm_from"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TriageClassifier(GraphComponent, IntentClassifier):
    """Ranks all intents for a message, and names the services that are in it. Needs a dense sentence featurizer before it."""

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, head: KernelHead | None = None
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._head = head

    @classmethod
    def required_components(cls) -> list[type]:
        """The sentence vector must have been made first."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`catalogue`: where the crisis rules are, whose alarms count in the budget of false alarms."""
        return {"catalogue": "catalogue/demo"}

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
        with model_storage.read_from(resource) as folder:
            head = KernelHead.load(folder / FILE)
        return cls({**cls.get_default_config(), **config}, model_storage, resource, head)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the head on all examples that have an intent, and stores it.

        Raises `ValueError` when they do not say who wrote them, in at least two groups: what scores mean is learnt from writers not seen.
        """
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        rules = load_catalogue(Path(self._config["catalogue"])).crisis_rules
        lessons = [_lesson(example, rules) for example in examples]
        if len({lesson.group for lesson in lessons} - {""}) < 2:
            raise ValueError(
                "Examples are of fewer than two groups of writers. Is bot.importer in config.yml? See CONTRIBUTING.md."
            )
        self._head = KernelHead.fit(lessons, _meanings(examples))
        with self._model_storage.write_to(self._resource) as folder:
            self._head.save(folder / FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent, ranking and further services on every message that has features, in place."""
        assert self._head is not None, "the classifier has not been trained"
        with_text = [message for message in messages if message.get(TEXT) and message.features]
        if not with_text:
            return messages
        heard = self._head.hear([message.get(TEXT) for message in with_text], _meanings(with_text))
        for message, shares, problems in zip(with_text, heard.shares, heard.problems, strict=True):
            ranking = self._head.ranking(shares)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set(FURTHER, self._head.further(problems), add_to_output=True)
            message.set(ALARM_FROM, self._head.alarm_from)
        return messages


def _lesson(example: Message, rules: Sequence[CrisisRule]) -> Lesson:
    said = (example.get(METADATA) or {}).get(METADATA_EXAMPLE) or {}
    return Lesson(
        text=example.get(TEXT),
        intent=example.get(INTENT),
        group=said.get(GROUP, ""),
        also=tuple(intent_of(slug) for slug in said.get("also", ())),
        accept=tuple(intent_of(slug) for slug in said.get("accept", ())),
        near_miss="near_miss" in said,
        rule_from=rule_from(find_rule(example.get(TEXT), rules), example.get(TEXT)),
    )


def _meanings(messages: Sequence[Message]) -> NDArray[Any]:
    """Sentence vectors, shape (messages, 384)."""
    vectors = [message.get_dense_features(TEXT)[1] for message in messages]
    assert all(vector is not None for vector in vectors), "put the sentence encoder before this component in config.yml"
    return np.vstack([vector.features for vector in vectors if vector is not None])
