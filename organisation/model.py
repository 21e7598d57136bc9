"""What the catalogue files mean, once checked. Everything here is read-only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

CrisisKind = Literal["suicide", "violence", "danger"]
Urgency = Literal["normal", "soon", "urgent", "crisis"]
CRISIS_KINDS: tuple[CrisisKind, ...] = ("suicide", "violence", "danger")


@dataclass(frozen=True)
class Hours:
    """Opening hours of one weekday (0 is Monday), local time."""

    weekday: int
    opens: dt.time
    closes: dt.time


@dataclass(frozen=True)
class Organisation:
    """Who the resident is talking to, and how to reach them without this assistant."""

    name: str
    assistant_name: str
    phone: str
    email: str
    address: str
    privacy_url: str
    timezone: str
    hours: tuple[Hours, ...]


@dataclass(frozen=True)
class Service:
    """One kind of help. `due_working_days` says by when somebody calls, by urgency; 0 means now."""

    slug: str
    name: str
    label: str
    reflection: str
    explanation: str
    today: str | None
    due_working_days: Mapping[str, int]
    due_source: str | None

    @property
    def intent(self) -> str:
        """The intent residents' messages about this service carry in `data/nlu/`."""
        return f"hulp_{self.slug.replace('-', '_')}"


@dataclass(frozen=True)
class Team:
    """The professionals of one area; an unclaimed intake waits in the queue of a team."""

    slug: str
    name: str


@dataclass(frozen=True)
class Area:
    """A municipality as residents name it: its villages and four-digit postcodes, and the team that works there."""

    slug: str
    name: str
    team: str
    places: tuple[str, ...]
    postcodes: tuple[str, ...]
    referrals: Mapping[str, str]
    """Services that another organisation does here: slug to the name of that organisation."""


@dataclass(frozen=True)
class HelpLine:
    """A number to call at once. `checked_on` is the day a person last checked it against `source`."""

    slug: str
    name: str
    number: str
    hours: str
    free: bool
    source: str
    checked_on: dt.date


@dataclass(frozen=True)
class CrisisAdvice:
    """What to say first in a crisis of one kind, and which lines to name, in this order."""

    kind: CrisisKind
    text: str
    help_lines: tuple[str, ...]


@dataclass(frozen=True)
class CrisisRule:
    """A pattern that means crisis whatever the classifier thinks; `unless` takes out figures of speech."""

    kind: CrisisKind
    pattern: str
    unless: str | None


@dataclass(frozen=True)
class Catalogue:
    """Everything one organisation decides for itself."""

    organisation: Organisation
    services: Mapping[str, Service]
    teams: Mapping[str, Team]
    areas: Mapping[str, Area]
    help_lines: Mapping[str, HelpLine]
    crisis_advice: Mapping[str, CrisisAdvice]
    crisis_rules: tuple[CrisisRule, ...]
    texts: Mapping[str, str]

    def text(self, key: str, **values: str) -> str:
        """A sentence of `texts.nl.yml` with its `{placeholders}` filled. Raises `KeyError` for an unknown key."""
        return self.texts[key].format(
            organisation=self.organisation.name,
            assistant=self.organisation.assistant_name,
            phone=self.organisation.phone,
            email=self.organisation.email,
            **values,
        )

    def crisis_text(self, kind: str) -> str:
        """The advice for this kind of crisis with its help lines, one line each, in the order of the catalogue."""
        advice = self.crisis_advice[kind]
        return f"{advice.text}\n{self._named(advice.help_lines)}"

    def crisis_lines(self) -> str:
        """The help lines of every kind of crisis, each once, one line each."""
        return self._named(dict.fromkeys(slug for advice in self.crisis_advice.values() for slug in advice.help_lines))

    def _named(self, slugs: Iterable[str]) -> str:
        lines = [self.help_lines[slug] for slug in slugs]
        return "\n".join(f"{line.name}: {line.number} ({line.hours})" for line in lines)
