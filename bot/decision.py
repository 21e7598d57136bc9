"""What to do with what was heard: say it back, let the resident choose, or ask for more.

The thresholds are shares of probability over all intents. A wrong "klopt dat?" costs the resident one tap, a list of three costs some
reading, and an open question costs a whole new story: so we confirm early and ask seldom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

SERVICE_PREFIX = "hulp_"
SURE_ENOUGH_TO_CONFIRM = 0.5
SURE_ENOUGH_TO_CHOOSE = 0.3
HEARD_AS_WELL = 0.15
CHOICES = 3


@dataclass(frozen=True)
class Decision:
    """The next step, and the services it is about, best first."""

    next: Literal["confirm", "choose", "ask"]
    services: tuple[str, ...]
    also: tuple[str, ...]


def slug_of(intent: str) -> str | None:
    """The service an intent is about; None for every other intent."""
    return intent.removeprefix(SERVICE_PREFIX).replace("_", "-") if intent.startswith(SERVICE_PREFIX) else None


def services_in(ranking: Iterable[Mapping[str, Any]]) -> list[tuple[str, float]]:
    """Services with their share of probability, best first."""
    ranked = [(slug_of(entry["name"]), float(entry["confidence"])) for entry in ranking]
    return sorted(((slug, share) for slug, share in ranked if slug), key=lambda pair: -pair[1])


def decide(ranking: Iterable[Mapping[str, Any]]) -> Decision:
    """What to do with an intent ranking as Rasa gives it."""
    services = services_in(ranking)
    best = tuple(slug for slug, _ in services[:CHOICES])
    also = tuple(slug for slug, share in services[1:CHOICES] if share >= HEARD_AS_WELL)
    if services and services[0][1] >= SURE_ENOUGH_TO_CONFIRM:
        return Decision("confirm", best[:1], also)
    if sum(share for _, share in services) >= SURE_ENOUGH_TO_CHOOSE:
        return Decision("choose", best, ())
    return Decision("ask", (), ())
