"""Reads an organisation's folder, checks it, and says file, line and mend when something is wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from organisation.languages import languages_of, read_languages, service_words
from organisation.model import (
    Area,
    Catalogue,
    CrisisAdvice,
    CrisisRule,
    HelpLine,
    Hours,
    Language,
    Organisation,
    Service,
    Team,
)
from organisation.questions import question_problems, questions_of, speakers_of
from organisation.schema import schema_problems
from organisation.source import CatalogueError, Source
from organisation.work import answers_of, reporting_code_of, work_problems

FILES = ("organisation", "services", "areas", "helplines", "crisis", "speakers", "work")
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
    problems += _meaning_problems(sources)
    for name in ("services", "speakers"):
        if name in sources and (found := list(question_problems(sources[name]))):
            problems += found
            del sources[name]
    languages, mistakes = read_languages(folder, sources)
    problems += mistakes
    if problems:
        raise CatalogueError(problems)
    return _build({name: source.data for name, source in sources.items()}, languages_of(languages))


def _meaning_problems(sources: dict[str, Source]) -> Iterator[str]:
    """What no schema can say: names that another file must know, times and dates that must exist. Only sound files are looked at."""
    services, lines = sources.get("services"), sources.get("helplines")
    if areas := sources.get("areas"):
        yield from _area_problems(areas, services.data if services else None)
    if crisis := sources.get("crisis"):
        yield from _crisis_problems(crisis, lines.data if lines else None)
    if lines:
        yield from _date_problems(lines)
    if organisation := sources.get("organisation"):
        yield from _time_problems(organisation)
    if work := sources.get("work"):
        yield from work_problems(work, services.data if services else None, lines.data if lines else None)


def _area_problems(areas: Source, services: Container[str] | None) -> Iterator[str]:
    for slug, area in areas.data["areas"].items():
        if area["team"] not in areas.data["teams"]:
            yield areas.problem(
                ["areas", slug, "team"],
                f"team {area['team']!r} is not under `teams`. Add the team or correct the name.",
            )
        for service in area.get("referrals", {}):
            if services is not None and service not in services:
                yield areas.problem(
                    ["areas", slug, "referrals", service], f"{service!r} is not a service. Use a name of services.yml."
                )


def _crisis_problems(crisis: Source, lines: Container[str] | None) -> Iterator[str]:
    for kind, advice in crisis.data["advice"].items():
        for number, slug in enumerate(advice["help_lines"]):
            if lines is not None and slug not in lines:
                yield crisis.problem(
                    ["advice", kind, "help_lines", number],
                    f"{slug!r} is not in helplines.yml. Add it there or correct the name.",
                )
    for number, rule in enumerate(crisis.data["rules"]):
        for field in ("pattern", "unless"):
            try:
                re.compile(rule.get(field) or "")
            except re.error as error:
                yield crisis.problem(
                    ["rules", number, field], f"this is not a regular expression: {error}. Look at that place in it."
                )


def _date_problems(lines: Source) -> Iterator[str]:
    for slug, line in lines.data.items():
        try:
            dt.date.fromisoformat(line["checked_on"])
        except ValueError:
            yield lines.problem([slug, "checked_on"], f"{line['checked_on']} is not a day. Write a date as 2026-11-22.")


def _time_problems(organisation: Source) -> Iterator[str]:
    name = organisation.data["timezone"]
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield organisation.problem(["timezone"], f"{name!r} is not a time zone. Use a name like Europe/Amsterdam.")
    for day, span in organisation.data["hours"].items():
        if span["opens"] >= span["closes"]:
            yield organisation.problem(["hours", day], f"{day} closes before it opens. Correct one of the two times.")


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
            )
            for slug, entry in data["services"].items()
        },
        teams={slug: Team(slug, entry["name"]) for slug, entry in data["areas"]["teams"].items()},
        areas={
            slug: Area(
                slug=slug,
                name=entry["name"],
                team=entry["team"],
                places=tuple(entry["places"]),
                postcodes=tuple(entry["postcodes"]),
                referrals=entry.get("referrals", {}),
            )
            for slug, entry in data["areas"]["areas"].items()
        },
        help_lines={
            slug: HelpLine(slug=slug, **{**entry, "checked_on": dt.date.fromisoformat(entry["checked_on"])})
            for slug, entry in data["helplines"].items()
        },
        crisis_advice={
            kind: CrisisAdvice(kind, tuple(entry["help_lines"])) for kind, entry in data["crisis"]["advice"].items()
        },
        crisis_rules=tuple(
            CrisisRule(rule["kind"], rule["pattern"], rule.get("unless")) for rule in data["crisis"]["rules"]
        ),
        speakers=speakers_of(data["speakers"]),
        answers=answers_of(data["work"]),
        reporting_code=reporting_code_of(data["work"]),
        languages=languages,
    )
