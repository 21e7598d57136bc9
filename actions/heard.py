"""The resident's last message, as the actions need it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker

from bot.decision import NOT_A_PAYLOAD, PERHAPS_CRISIS
from organisation.crisis import plain

# Questions in between: a rule answers them, and then the form asks its own question again.
QUESTIONS_IN_BETWEEN = ("info_", "smalltalk_", "privacy", "complaint", "out_of_scope", "why")
# Asked for, so a rule takes over and the form ends.
WAYS_OUT = ("person", "stop", "crisis_", PERHAPS_CRISIS)
_PLACEHOLDER = re.compile(r"⟨(?P<word>[a-z]+)-\d+⟩")
_AGAIN = re.compile(r"\b(opnieuw|overnieuw|van voren af|start over|start again|begin again)\b")


@dataclass(frozen=True)
class Heard:
    """One message: its words, what it is about, and what is in it."""

    text: str
    intent: str = ""
    confidence: float = 0.0
    ranking: list[dict[str, Any]] = field(default_factory=list)
    entities: dict[str, str] = field(default_factory=dict)
    further: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    """Every village that is named, each once."""

    @classmethod
    def last(cls, tracker: Tracker) -> Heard:
        """The message the assistant is answering now."""
        return cls._of(tracker.latest_message)

    @classmethod
    def all(cls, tracker: Tracker) -> list[Heard]:
        """Every message of the resident so far, oldest first."""
        return [cls._of(event.get("parse_data") or {}) for event in tracker.events if event.get("event") == "user"]

    @classmethod
    def _of(cls, message: dict[str, Any]) -> Heard:
        intent = message.get("intent") or {}
        return cls(
            text=message.get("text") or "",
            intent=intent.get("name") or "",
            confidence=float(intent.get("confidence") or 0.0),
            ranking=message.get("intent_ranking") or [],
            further=message.get("further_intents") or [],
            places=list(
                dict.fromkeys(
                    str(entity["value"]) for entity in message.get("entities") or [] if entity["entity"] == "PLACE"
                )
            ),
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

    @property
    def words(self) -> str:
        """The words as patterns of the catalogue see them."""
        return plain(self.text.removeprefix(NOT_A_PAYLOAD))

    @property
    def length(self) -> int:
        """How many words."""
        return 0 if self.pressed else len(self.words.split())

    @property
    def wants_to_begin_again(self) -> bool:
        """Whether a short message asks to start from the beginning."""
        return self.length <= 6 and bool(_AGAIN.search(self.words))

    def placeholders(self, *words: str) -> list[str]:
        """The placeholders of these kinds in the message: `⟨telefoon-1⟩` for the word `telefoon`."""
        return [match.group() for match in _PLACEHOLDER.finditer(self.text) if match.group("word") in words]
