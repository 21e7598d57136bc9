"""How pressing a question is, why, and by when: the rules of the catalogue on what was asked and told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from api.intakes.deadlines import due_at, legal_due_at
from api.intakes.models import Urgency
from api.intakes.named_days import named_day
from organisation import Catalogue
from organisation.urgency import URGENCIES, UrgencyRule

THREAT, THREAT_ON, THREAT_WHEN, THIS_WEEK = "threat", "threatOn", "threatWhen", "this_week"
NO_THREAT = frozenset({None, "none", "dont_know"})


@dataclass(frozen=True)
class Assessment:
    """What a question asks of us. `reasons` are for the professional who helps, not for the queue."""

    urgency: Urgency
    due_at: dt.datetime
    legal_due_at: dt.datetime | None
    reasons: Sequence[str]


def assess(
    catalogue: Catalogue,
    service: str | None,
    floor: Urgency,
    facts: Mapping[str, object],
    story: str,
    asked_at: dt.datetime,
) -> Assessment:
    """How pressing it is. `floor` is what the assistant found already, such as a crisis: rules make it more pressing, never less."""
    rules = catalogue.urgency.that_hold(service, facts, story)
    urgency = max([floor, *(Urgency(rule.urgency) for rule in rules)], key=lambda one: URGENCIES.index(one.value))
    known = catalogue.services.get(service or "")
    terms = [rule.due_working_days for rule in rules if rule.due_working_days is not None]
    # Only a term that a law gives shortens the term of the law.
    legal_terms = [rule.due_working_days for rule in rules if rule.source and rule.due_working_days is not None]
    today = asked_at.astimezone(ZoneInfo(catalogue.organisation.timezone)).date()
    threat_day = _threat_day(facts, story, today)
    reasons = list(map(_told, rules))
    if threat_day is not None:
        reasons.append(f"De inwoner noemt als dag: {threat_day:%d-%m-%Y}.")
    return Assessment(
        urgency=urgency,
        due_at=due_at(
            catalogue,
            known,
            urgency.value,
            asked_at,
            at_most_working_days=min(terms, default=None),
            before=threat_day,
        ),
        legal_due_at=legal_due_at(catalogue, known, asked_at, min(legal_terms, default=None)),
        reasons=reasons,
    )


def _told(rule: UrgencyRule) -> str:
    return f"{rule.because} ({rule.source})" if rule.source else rule.because


def _threat_day(facts: Mapping[str, object], story: str, today: dt.date) -> dt.date | None:
    """The day a threat comes true: the date that was given, or else the day of this week that the story names."""
    if facts.get(THREAT) in NO_THREAT:
        return None
    day = facts.get(THREAT_ON)
    if isinstance(day, str):
        try:
            return dt.date.fromisoformat(day)
        except ValueError:
            return None
    return named_day(story, today) if facts.get(THREAT_WHEN) == THIS_WEEK else None
