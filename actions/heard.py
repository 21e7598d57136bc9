"""The resident's last message, as the actions need it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker

from bot.decision import NOT_A_PAYLOAD

# Questions in between: a rule answers them, and then the form asks its own question again.
QUESTIONS_IN_BETWEEN = ("info_", "smalltalk_", "privacy", "complaint", "out_of_scope", "why")
# Asked for, so a rule takes over and the form ends.
WAYS_OUT = ("person", "stop", "crisis_")
_PLACEHOLDER = re.compile(r"⟨(?P<word>[a-z]+)-\d+⟩")


@dataclass(frozen=True)
class Heard:
    """One message: its words, what it is about, and what is in it."""

    text: str
    intent: str
    ranking: list[dict[str, Any]]
    entities: dict[str, str]
    further: list[str] = field(default_factory=list)

    @classmethod
    def last(cls, tracker: Tracker) -> Heard:
        """The message the assistant is answering now."""
        message = tracker.latest_message
        return cls(
            text=message.get("text") or "",
            intent=(message.get("intent") or {}).get("name") or "",
            ranking=message.get("intent_ranking") or [],
            further=message.get("further_intents") or [],
            entities={entity["entity"]: str(entity["value"]) for entity in message.get("entities") or []},
        )

    @property
    def pressed(self) -> bool:
        """Whether this was a button of ours instead of words."""
        return self.text.startswith("/")

    @property
    def looks_like_a_command(self) -> bool:
        """Whether somebody typed a payload: text to us, and its words say nothing about them."""
        return self.text.startswith(NOT_A_PAYLOAD)

    @property
    def is_for_a_rule(self) -> bool:
        """Whether a form should leave this message to the rules."""
        return self.intent.startswith((*QUESTIONS_IN_BETWEEN, *WAYS_OUT))

    def placeholders(self, *words: str) -> list[str]:
        """The placeholders of these kinds in the message: `⟨telefoon-1⟩` for the word `telefoon`."""
        return [match.group() for match in _PLACEHOLDER.finditer(self.text) if match.group("word") in words]
