"""The urgency rules of the catalogue, applied to what was asked and to the resident's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from organisation.model import Urgency

URGENCIES: tuple[Urgency, ...] = ("normal", "soon", "urgent", "crisis")
# The end of a sentence, also where nobody typed a full stop.
_SENTENCES = re.compile(r"[.!?\n;]+")


@dataclass(frozen=True)
class UrgencyRule:
    """What makes a question press, why, and by when somebody must have been in touch at the latest."""

    slug: str
    urgency: Urgency
    because: str
    source: str | None
    due_working_days: int | None
    services: frozenset[str] | None
    """For these services only; None for all."""
    facts: Mapping[str, Sequence[object]]
    words: re.Pattern[str] | None
    unless: re.Pattern[str] | None

    def holds(self, service: str | None, facts: Mapping[str, object], story: str) -> bool:
        """Whether this rule speaks about this question."""
        if self.services is not None and service not in self.services:
            return False
        return self._by_facts(facts) or self._by_words(story)

    def _by_facts(self, facts: Mapping[str, object]) -> bool:
        return bool(self.facts) and all(facts.get(name) in values for name, values in self.facts.items())

    def _by_words(self, story: str) -> bool:
        if self.words is None:
            return False
        return any(
            self.words.search(sentence) and not (self.unless and self.unless.search(sentence))
            for sentence in _SENTENCES.split(story.lower())
        )


@dataclass(frozen=True)
class ClaimTerm:
    """How many hours a question may wait for somebody to pick it up: opening hours, or hours of the clock."""

    hours: float
    round_the_clock: bool


@dataclass(frozen=True)
class UrgencyRules:
    """Everything of `urgency.yml`."""

    rules: tuple[UrgencyRule, ...]
    claim_within: Mapping[str, ClaimTerm]
    amber_hours: float

    def that_hold(self, service: str | None, facts: Mapping[str, object], story: str) -> list[UrgencyRule]:
        """The rules that speak about this question, the most pressing first."""
        found = [rule for rule in self.rules if rule.holds(service, facts, story)]
        return sorted(found, key=lambda rule: -URGENCIES.index(rule.urgency))


def build_urgency_rules(data: Mapping[str, Any]) -> UrgencyRules:
    """From the checked data of `urgency.yml`."""
    return UrgencyRules(
        rules=tuple(
            UrgencyRule(
                slug=slug,
                urgency=entry["urgency"],
                because=entry["because"],
                source=entry.get("source"),
                due_working_days=entry.get("due_working_days"),
                services=frozenset(entry["services"]) if "services" in entry else None,
                facts=entry.get("facts", {}),
                words=pattern(entry["words"]) if "words" in entry else None,
                unless=pattern(entry["unless"]) if "unless" in entry else None,
            )
            for slug, entry in data["rules"].items()
        ),
        claim_within={
            urgency: ClaimTerm(float(term["hours"]), bool(term.get("round_the_clock", False)))
            for urgency, term in data["claim_within"].items()
        },
        amber_hours=float(data["amber_hours"]),
    )


def pattern(text: str) -> re.Pattern[str]:
    """A pattern of the catalogue; YAML folds the lines of a long one with spaces before each `|`. Raises `re.error`."""
    return re.compile(re.sub(r"\s+\|", "|", text))
