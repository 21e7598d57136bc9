"""What to do with what was heard: say it back, let the resident choose, or ask for more.

The thresholds are shares of probability over all intents. A wrong "klopt dat?" costs the resident one tap, a list of three costs some
reading, and an open question costs a whole new story: so we confirm early and ask seldom.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from organisation.crisis import find_rule
from organisation.model import CRISIS_KINDS, CrisisKind, CrisisRule
from organisation.wording import DUTCH

# In front of text that begins with "/": invisible, but no longer the sign of a payload.
NOT_A_PAYLOAD = "\u200b"
SERVICE_PREFIX = "hulp_"
CRISIS_PREFIX = "crisis_"
# Sounds like danger, though not so that we raise the alarm: where it is told as a story we ask first whether somebody is safe.
PERHAPS_CRISIS = "perhaps_crisis"
# What is only an answer to something that the assistant said.
ANSWERS = frozenset({"affirm", "deny", "dont_know", "stop", "why", "go_back", "correct"})
SURE_ENOUGH_TO_CONFIRM = 0.5
SURE_ENOUGH_TO_CHOOSE = 0.6
# From here on help lines are named in passing: docs/understanding.md says how many crises that reaches, and how many others read it.
PERHAPS_DANGER = 0.08
# From here on we first ask whether somebody is safe, as a question of its own, before anything else. Between this and an alarm.
ASK_IF_SAFE = 0.15
# A Dutch rule of the catalogue raises the alarm when danger is at least as likely as not. Where it is less, people mostly quote, joke, deny
# or tell of what is over (docs/adr/0042), and we ask first. Of danger in other languages nothing is learnt, so there a rule is enough.
RULE_BELIEVED_FROM = 0.5
# In so few words a rule is enough: 109 of 115 such messages in the corpus are crises. Letters set apart are no words.
OUTRIGHT = 8
_WORD = re.compile(r"\w{2,}")
NEVER = 1.1
CHOICES = 3


@dataclass(frozen=True)
class Alarm:
    """What a message says about danger: the kind to answer at once, or that we should first ask whether somebody is safe."""

    kind: CrisisKind | None
    perhaps: bool


@dataclass(frozen=True)
class Decision:
    """The next step, and the services it is about, best first."""

    next: Literal["confirm", "choose", "ask"]
    services: tuple[str, ...]
    also: tuple[str, ...]


def kind_of(intent: str) -> str:
    """The kind an intent belongs to: `info_hours` and `info_cost` are both `info`."""
    for prefix, kind in (
        (SERVICE_PREFIX, "service"),
        (CRISIS_PREFIX, "crisis"),
        ("info_", "info"),
        ("privacy_", "privacy"),
        ("smalltalk_", "smalltalk"),
    ):
        if intent.startswith(prefix):
            return kind
    return intent


def slug_of(intent: str) -> str | None:
    """The service an intent is about; None for every other intent."""
    return intent.removeprefix(SERVICE_PREFIX).replace("_", "-") if intent.startswith(SERVICE_PREFIX) else None


def intent_of(slug: str) -> str:
    """The intent of a service."""
    return SERVICE_PREFIX + slug.replace("-", "_")


def services_in(ranking: Iterable[Mapping[str, Any]]) -> list[tuple[str, float]]:
    """Services with their share of probability, best first."""
    ranked = [(slug_of(entry["name"]), float(entry["confidence"])) for entry in ranking]
    return sorted(((slug, share) for slug, share in ranked if slug), key=lambda pair: -pair[1])


def also_in(services: Iterable[tuple[str, float]], further: Iterable[str]) -> tuple[str, ...]:
    """Those of the ranked `services` that were heard as a problem of their own, in the order of the ranking."""
    heard = {slug_of(intent) for intent in further}
    return tuple(slug for slug, _ in services if slug in heard)


def decide(ranking: Iterable[Mapping[str, Any]], further: Iterable[str] = ()) -> Decision:
    """What to do with an intent ranking as Rasa gives it, and the service intents that were heard in the message (any order)."""
    services = services_in(ranking)
    also = also_in(services[1:], further)
    best = tuple(slug for slug, _ in services[:CHOICES])
    if services and services[0][1] >= SURE_ENOUGH_TO_CONFIRM:
        return Decision("confirm", best[:1], also)
    if sum(share for _, share in services) >= SURE_ENOUGH_TO_CHOOSE:
        return Decision("choose", best, also)
    return Decision("ask", (), ())


def danger_in(ranking: Iterable[Mapping[str, Any]]) -> dict[CrisisKind, float]:
    """The probability of each kind of crisis."""
    return {
        kind: float(entry["confidence"])
        for entry in ranking
        for kind in CRISIS_KINDS
        if entry["name"] == CRISIS_PREFIX + kind
    }


def likeliest_danger(ranking: Iterable[Mapping[str, Any]]) -> CrisisKind | None:
    """The kind of crisis that is most probable; None where the ranking knows none."""
    shares = danger_in(ranking)
    ranked: list[CrisisKind] = sorted(shares, key=shares.__getitem__)
    return ranked[-1] if ranked else None


def rule_from(rule: CrisisRule | None, text: str) -> float:
    """From which probability of danger a rule that matches this text raises the alarm."""
    if rule is None:
        return NEVER
    return RULE_BELIEVED_FROM if rule.language == DUTCH and len(_WORD.findall(text)) > OUTRIGHT else 0.0


def alarm_in(text: str, ranking: Sequence[Mapping[str, Any]], rules: Iterable[CrisisRule], enough: float) -> Alarm:
    """Danger in a message: all crisis intents together have `enough` of the probability, or a rule matches and is believed.

    Without a ranking nobody but the rules has read it, and a rule is enough.
    """
    rule, danger = find_rule(text, rules), sum(danger_in(ranking).values())
    if (rule and not ranking) or danger >= min(enough, rule_from(rule, text)):
        return Alarm(rule.kind if rule else likeliest_danger(ranking), perhaps=False)
    likeliest = max(ranking, key=lambda entry: entry["confidence"], default={"name": ""})
    return Alarm(None, perhaps=rule is not None or likeliest["name"].startswith(CRISIS_PREFIX))
