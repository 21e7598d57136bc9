"""Looks for danger in every message, before anything else is done with it, and errs on the side of asking.

Two ears: what the classifier thinks all crisis intents together are worth, and the rules of the catalogue. From where on the classifier is
enough, it has learnt itself: the level that keeps false alarms on writers it has not seen within their budget. A rule lowers that level.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.triage import ALARM_FROM
from bot.decision import CRISIS_PREFIX, NEVER, PERHAPS_CRISIS, alarm_in
from organisation import load_catalogue


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CrisisDetector(GraphComponent, IntentClassifier):
    """Replaces the intent by `crisis_<kind>` for an alarm, and by `perhaps_crisis` where we should ask whether somebody is safe."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._rules = load_catalogue(Path(config["catalogue"])).crisis_rules

    @classmethod
    def required_components(cls) -> list[type]:
        """A classifier must have spoken first."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`catalogue`: where the rules are."""
        return {"catalogue": "catalogue/demo"}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CrisisDetector:
        """Rasa's way to make a component."""
        return cls({**cls.get_default_config(), **config})

    def process(self, messages: list[Message]) -> list[Message]:
        """Looks at every message, in place."""
        for message in messages:
            # Without a level the classifier has not read it: only rules hear it then.
            enough = message.get(ALARM_FROM, NEVER)
            alarm = alarm_in(message.get(TEXT) or "", message.get(INTENT_RANKING_KEY) or [], self._rules, enough)
            if alarm.kind is not None:
                message.set(INTENT, {"name": CRISIS_PREFIX + alarm.kind, "confidence": 1.0}, add_to_output=True)
            elif alarm.perhaps:
                message.set(INTENT, {**(message.get(INTENT) or {}), "name": PERHAPS_CRISIS}, add_to_output=True)
        return messages
