"""Looks for danger in every message, before anything else is done with it, and errs on the side of asking.

Two ears: the rules of the catalogue, and what the classifier thinks all crisis intents together are worth. Either one is enough. From
where on the classifier is, it has learnt itself: the level that keeps false alarms on writers it has not seen within their budget.
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
from bot.decision import CRISIS_PREFIX, PERHAPS_CRISIS, crisis_in
from organisation import load_catalogue

# The level of alarm of a message that the classifier has not read: only rules hear it.
NEVER = 1.1


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CrisisDetector(GraphComponent, IntentClassifier):
    """Replaces the intent by `crisis_<kind>` when a rule matches or the classifier hears enough of a crisis.

    An intent that is a crisis without being enough for an alarm becomes `perhaps_crisis`.
    """

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
            ranking = message.get(INTENT_RANKING_KEY) or []
            enough = message.get(ALARM_FROM, NEVER)
            kind = crisis_in(message.get(TEXT) or "", ranking, self._rules, enough)
            if kind is not None:
                message.set(INTENT, {"name": CRISIS_PREFIX + kind, "confidence": 1.0}, add_to_output=True)
            elif (message.get(INTENT) or {}).get("name", "").startswith(CRISIS_PREFIX):
                message.set(INTENT, {**message.get(INTENT), "name": PERHAPS_CRISIS}, add_to_output=True)
        return messages
