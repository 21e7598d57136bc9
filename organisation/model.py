"""What the catalogue files mean, once checked. Everything here is read-only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from organisation.case_systems import CaseSystems
    from organisation.urgency import UrgencyRules

from organisation.wording import DUTCH
from organisation.work import Answer, ReportingCode

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
    idle_minutes: int
    """Without a sign of life the chat leaves the screen after so many minutes; 0 is never."""
    idle_minutes_with_person: int
    """The same for who waits for a person or talks to one."""
    closed_on: frozenset[dt.date]
    """Days on which everybody is away that are no public holidays."""


@dataclass(frozen=True)
class Choice:
    """One answer to a question: as it goes along, how it is heard in free words, and the danger it means."""

    value: str | bool
    heard: str | None
    then: CrisisKind | None


@dataclass(frozen=True)
class Question:
    """What we ask about a service because it matters: `fact` is the name of the answer. `only_if`: facts that make it worth asking."""

    fact: str
    choices: tuple[Choice, ...]
    only_if: Mapping[str, tuple[str | bool, ...]]


@dataclass(frozen=True)
class QuestionWords:
    """A question in one language: ways to ask it, ways to say why, and the label of each answer (by its value as text)."""

    text: tuple[str, ...]
    why: tuple[str, ...]
    choices: Mapping[str, str]


@dataclass(frozen=True)
class ServiceWords:
    """What a resident reads about a service in one language. `mention` is for in the middle of a sentence; `specifics` too."""

    label: str
    mention: str
    reflection: str
    explanation: str
    today: str | None
    specifics: Mapping[str, str]
    questions: Mapping[str, QuestionWords]


@dataclass(frozen=True)
class Service:
    """One kind of help. `due_working_days` says by when somebody calls, by urgency; 0 means now. `words` are the Dutch ones.

    `specifics`: what else can be heard in a story, as regular expressions on plain words (`organisation.crisis.plain`).
    """

    slug: str
    name: str
    words: ServiceWords
    specifics: Mapping[str, str]
    questions: tuple[Question, ...]
    due_working_days: Mapping[str, int]
    due_source: str | None
    legal_days: int | None
    """The term of the law in days of the calendar, where there is one."""
    discipline: str | None

    @property
    def label(self) -> str:
        """What it says on a Dutch button."""
        return self.words.label

    @property
    def explanation(self) -> str:
        """What it is, who helps and what it costs, in Dutch."""
        return self.words.explanation

    @property
    def intent(self) -> str:
        """The intent residents' messages about this service carry in `data/nlu/`."""
        return f"hulp_{self.slug.replace('-', '_')}"


@dataclass(frozen=True)
class Speaker:
    """Somebody who does not speak about the own life: how that is heard, and what we ask then."""

    name: str
    heard: str
    unless: str | None
    unless_service: tuple[str, ...]
    questions: tuple[Question, ...]
    words: Mapping[str, QuestionWords]
    """The Dutch words of the questions, by fact."""


@dataclass(frozen=True)
class Language:
    """What we say in one language. Not `whole`: only danger, a person and how to reach us. Not `reviewed`: no native speaker read it."""

    code: str
    name: str
    direction: Literal["ltr", "rtl"]
    whole: bool
    reviewed: bool
    texts: Mapping[str, tuple[str, ...]]
    help_lines: Mapping[str, str]
    services: Mapping[str, ServiceWords]
    speakers: Mapping[str, Mapping[str, QuestionWords]]


@dataclass(frozen=True)
class Team:
    """The professionals of one area; an unclaimed intake waits in the queue of a team."""

    slug: str
    name: str
    offer_minutes: int | None = None
    """For so long a new question is offered to the one who has least in hand; None leaves it to the team from the beginning."""


@dataclass(frozen=True)
class Referral:
    """Another organisation that does a service in an area, and how to reach it."""

    name: str
    phone: str | None
    email: str | None
    website: str | None


@dataclass(frozen=True)
class Area:
    """A municipality as residents name it: its villages and four-digit postcodes, and the team that works there."""

    slug: str
    name: str
    team: str
    places: tuple[str, ...]
    postcodes: tuple[str, ...]
    teams: Mapping[str, str]
    """Disciplines that another team does here: discipline to team."""
    referrals: Mapping[str, Referral]
    """Services that another organisation does here."""


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
    help_lines: tuple[str, ...]


@dataclass(frozen=True)
class CrisisRule:
    """A pattern in which a crisis is said outright, in one language; `unless` takes out figures of speech."""

    kind: CrisisKind
    pattern: str
    unless: str | None = None
    language: str = DUTCH


@dataclass(frozen=True)
class Catalogue:
    """Everything one organisation decides for itself."""

    organisation: Organisation
    services: Mapping[str, Service]
    teams: Mapping[str, Team]
    areas: Mapping[str, Area]
    central_team: str | None
    """Who takes what has no known place; None leaves it to the coordinator."""
    disciplines: Mapping[str, str]
    urgency: UrgencyRules
    case_systems: CaseSystems
    help_lines: Mapping[str, HelpLine]
    crisis_advice: Mapping[str, CrisisAdvice]
    crisis_rules: tuple[CrisisRule, ...]
    speakers: Mapping[str, Speaker]
    answers: Mapping[str, Answer]
    reporting_code: ReportingCode
    retention_days: Mapping[str, int]
    """How long each kind of data is kept, by the names of `retention.yml`."""
    erase_in_case_systems: bool
    """Whether an intake that is past its term is erased in the systems it went to as well."""
    languages: Mapping[str, Language]
    """By ISO 639-1 code; Dutch first, then the other whole ones."""

    def text(self, key: str, language: str = DUTCH, variant: int = 0, /, **values: str) -> str:
        """A sentence of `texts.<language>.yml` with its `{placeholders}` filled; the Dutch one where that language has none.

        `variant` counts through the ways to say it. Raises `KeyError` for an unknown key.
        """
        ways = self.ways(key, language)
        return ways[variant % len(ways)].format(
            organisation=self.organisation.name,
            assistant=self.organisation.assistant_name,
            phone=self.organisation.phone,
            email=self.organisation.email,
            **values,
        )

    def ways(self, key: str, language: str = DUTCH) -> tuple[str, ...]:
        """All ways to say it, unfilled. Raises `KeyError` for an unknown key."""
        spoken = self.languages.get(language)
        return spoken.texts[key] if spoken and key in spoken.texts else self.languages[DUTCH].texts[key]

    def speaks(self, language: str) -> bool:
        """Whether the whole conversation can be in this language."""
        return language in self.languages and self.languages[language].whole

    def words_of(self, slug: str, language: str = DUTCH) -> ServiceWords:
        """What to say about a service; in Dutch where the language has no words for it."""
        spoken = self.languages.get(language)
        return spoken.services[slug] if spoken and slug in spoken.services else self.services[slug].words

    def words_of_speaker(self, name: str, language: str = DUTCH) -> Mapping[str, QuestionWords]:
        """How to ask the questions about who is speaking; in Dutch where the language has no words for them."""
        spoken = self.languages.get(language)
        return spoken.speakers[name] if spoken and name in spoken.speakers else self.speakers[name].words

    def crisis_text(self, kind: str, language: str = DUTCH, variant: int = 0) -> str:
        """The advice for this kind of crisis with its help lines, one line each, in the order of the catalogue."""
        return f"{self.text(f'crisis_{kind}', language, variant)}\n{self.lines_of(self.crisis_advice[kind].help_lines, language)}"

    def crisis_lines(self, language: str = DUTCH) -> str:
        """The help lines of every kind of crisis, each once, one line each."""
        every = dict.fromkeys(slug for advice in self.crisis_advice.values() for slug in advice.help_lines)
        return self.lines_of(every, language)

    def lines_of(self, slugs: Iterable[str], language: str = DUTCH) -> str:
        """These help lines, one line each, in the words of the language where it has them."""
        spoken = self.languages[language].help_lines if language in self.languages else {}
        lines = [self.help_lines[slug] for slug in slugs]
        return "\n".join(spoken.get(line.slug) or f"{line.name}: {line.number} ({line.hours})" for line in lines)
