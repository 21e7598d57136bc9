"""Reads an organisation's folder, checks it, and says file, line and mend when something is wrong."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from organisation.case_systems import build_case_systems
from organisation.languages import languages_of, read_languages, service_words
from organisation.meaning import fact_problems, meaning_problems
from organisation.model import (
    Area,
    Catalogue,
    CrisisAdvice,
    CrisisRule,
    HelpLine,
    Hours,
    Language,
    Organisation,
    Referral,
    Service,
    Team,
)
from organisation.questions import question_problems, questions_of, speakers_of
from organisation.schema import schema_problems
from organisation.source import CatalogueError, Source
from organisation.urgency import build_urgency_rules
from organisation.work import answers_of, reporting_code_of

FILES = (
    "organisation",
    "services",
    "areas",
    "urgency",
    "case_systems",
    "helplines",
    "crisis",
    "speakers",
    "work",
    "retention",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def load_catalogue(folder: Path) -> Catalogue:
    """The catalogue of one organisation.

    Raises `CatalogueError` with every problem found, so that one run of `voordeur catalogue check` shows all there is to mend.
    """
    sources: dict[str, Source] = {}
    problems: list[str] = []
    for name in FILES:
        try:
            source = Source(folder / f"{name}.yml")
        except CatalogueError as error:
            problems += error.problems
            continue
        found = [*source.twice(), *schema_problems(name, source)]
        problems += found
        if not found:
            sources[name] = source
    problems += meaning_problems(sources)
    for name in ("services", "speakers"):
        if name in sources and (found := list(question_problems(sources[name]))):
            problems += found
            del sources[name]
    problems += fact_problems(sources)
    languages, mistakes = read_languages(folder, sources)
    problems += mistakes
    if problems:
        raise CatalogueError(problems)
    return _build({name: source.data for name, source in sources.items()}, languages_of(languages))


def _build(data: dict[str, Any], languages: dict[str, Language]) -> Catalogue:
    about = data["organisation"]
    return Catalogue(
        organisation=Organisation(
            name=about["name"],
            assistant_name=about["assistant_name"],
            phone=about["phone"],
            email=about["email"],
            address=about["address"],
            privacy_url=about["privacy_url"],
            timezone=about["timezone"],
            hours=tuple(
                Hours(WEEKDAYS.index(day), dt.time.fromisoformat(span["opens"]), dt.time.fromisoformat(span["closes"]))
                for day, span in about["hours"].items()
            ),
            idle_minutes=about["chat"]["idle_minutes"],
            idle_minutes_with_person=about["chat"]["idle_minutes_with_person"],
            closed_on=frozenset(dt.date.fromisoformat(day) for day in about.get("closed_on", [])),
        ),
        services={
            slug: Service(
                slug=slug,
                name=entry["name"],
                words=service_words(entry),
                specifics={name: item["heard"] for name, item in entry.get("specifics", {}).items()},
                questions=questions_of(entry["questions"]),
                due_working_days=entry["due_working_days"],
                due_source=entry.get("due_source"),
                legal_days=entry.get("legal_days"),
                discipline=entry.get("discipline"),
            )
            for slug, entry in data["services"].items()
        },
        teams={
            slug: Team(slug, entry["name"], entry.get("offer_minutes"))
            for slug, entry in data["areas"]["teams"].items()
        },
        areas={
            slug: Area(
                slug=slug,
                name=entry["name"],
                team=entry["team"],
                places=tuple(entry["places"]),
                postcodes=tuple(entry["postcodes"]),
                teams=entry.get("teams", {}),
                referrals={
                    service: Referral(other["name"], other.get("phone"), other.get("email"), other.get("website"))
                    for service, other in entry.get("referrals", {}).items()
                },
            )
            for slug, entry in data["areas"]["areas"].items()
        },
        central_team=data["areas"].get("central_team"),
        disciplines=data["areas"].get("disciplines", {}),
        urgency=build_urgency_rules(data["urgency"]),
        case_systems=build_case_systems(data["case_systems"]),
        help_lines={
            slug: HelpLine(slug=slug, **{**entry, "checked_on": dt.date.fromisoformat(entry["checked_on"])})
            for slug, entry in data["helplines"].items()
        },
        crisis_advice={
            kind: CrisisAdvice(kind, tuple(entry["help_lines"])) for kind, entry in data["crisis"]["advice"].items()
        },
        crisis_rules=tuple(CrisisRule(**rule) for rule in data["crisis"]["rules"]),
        speakers=speakers_of(data["speakers"]),
        answers=answers_of(data["work"]),
        reporting_code=reporting_code_of(data["work"]),
        retention_days=data["retention"]["days"],
        erase_in_case_systems=data["retention"]["erase_in_case_systems"],
        languages=languages,
    )
