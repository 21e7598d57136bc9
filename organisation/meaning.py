"""What no schema of the catalogue can say: names that another file must know, times and dates that must exist."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from organisation.case_systems import NEEDS
from organisation.source import Source
from organisation.urgency import pattern
from organisation.work import work_problems

# What the assistant tells without a question of the catalogue.
OTHER_FACTS: Mapping[str, frozenset[object]] = {
    "onBehalfOf": frozenset({"self", "other", "professional"}),
    "child": frozenset({True, False}),
}


def meaning_problems(sources: dict[str, Source]) -> Iterator[str]:
    """What no schema can say: names that another file must know, times and dates that must exist. Only sound files are looked at."""
    services, lines = sources.get("services"), sources.get("helplines")
    if areas := sources.get("areas"):
        yield from _area_problems(areas, services.data if services else None)
        if services:
            yield from _discipline_problems(areas, services)
    if urgency := sources.get("urgency"):
        yield from _urgency_problems(urgency, services.data if services else None)
    if systems := sources.get("case_systems"):
        yield from _case_system_problems(systems, services.data if services else None, areas.data if areas else None)
    if crisis := sources.get("crisis"):
        yield from _crisis_problems(crisis, lines.data if lines else None)
    if lines:
        yield from _date_problems(lines)
    if organisation := sources.get("organisation"):
        yield from _time_problems(organisation)
    if work := sources.get("work"):
        yield from work_problems(work, services.data if services else None, lines.data if lines else None)


def _area_problems(areas: Source, services: Container[str] | None) -> Iterator[str]:
    teams = areas.data["teams"]
    central = areas.data.get("central_team")
    if central is not None and central not in teams:
        yield areas.problem(
            ["central_team"], f"team {central!r} is not under `teams`. Add the team or correct the name."
        )
    for slug, area in areas.data["areas"].items():
        for keys, team in [
            (["team"], area["team"]),
            *((["teams", key], team) for key, team in area.get("teams", {}).items()),
        ]:
            if team not in teams:
                yield areas.problem(
                    ["areas", slug, *keys], f"team {team!r} is not under `teams`. Add the team or correct the name."
                )
        for service in area.get("referrals", {}):
            if services is not None and service not in services:
                yield areas.problem(
                    ["areas", slug, "referrals", service], f"{service!r} is not a service. Use a name of services.yml."
                )


def _discipline_problems(areas: Source, services: Source) -> Iterator[str]:
    known = areas.data.get("disciplines", {})
    for slug, service in services.data.items():
        if service.get("discipline", next(iter(known), None)) not in {*known, None}:
            yield services.problem(
                [slug, "discipline"],
                f"{service['discipline']!r} is not under `disciplines` of areas.yml. Add it there or correct the name.",
            )
    for slug, area in areas.data["areas"].items():
        for discipline in area.get("teams", {}):
            if discipline not in known:
                yield areas.problem(
                    ["areas", slug, "teams", discipline],
                    f"{discipline!r} is not under `disciplines`. Add it there or correct the name.",
                )


def _urgency_problems(urgency: Source, services: Container[str] | None) -> Iterator[str]:
    for slug, rule in urgency.data["rules"].items():
        for number, service in enumerate(rule.get("services", [])):
            if services is not None and service not in services:
                yield urgency.problem(
                    ["rules", slug, "services", number], f"{service!r} is not a service. Use a name of services.yml."
                )
        for field in ("words", "unless"):
            try:
                pattern(rule.get(field) or "")
            except re.error as error:
                yield urgency.problem(
                    ["rules", slug, field], f"this is not a regular expression: {error}. Look at that place in it."
                )


def fact_problems(sources: Mapping[str, Source]) -> Iterator[str]:
    """Rules over an answer that nobody can give: they never hold. Asks for sound questions."""
    if not {"urgency", "services", "speakers"} <= sources.keys():
        return
    urgency = sources["urgency"]
    asked = {fact: set(answers) for fact, answers in OTHER_FACTS.items()}
    for entry in [*sources["services"].data.values(), *sources["speakers"].data.values()]:
        for question in entry.get("questions", []):
            asked.setdefault(question["fact"], set()).update(choice["value"] for choice in question["choices"])
    for slug, rule in urgency.data["rules"].items():
        for fact, answers in rule.get("facts", {}).items():
            for answer in answers:
                if answer not in asked.get(fact, ()):
                    yield urgency.problem(
                        ["rules", slug, "facts", fact],
                        f"{answer!r} is no answer to {fact}. Use a fact and a value of a question in services.yml.",
                    )


def _case_system_problems(
    systems: Source, services: Container[str] | None, areas: dict[str, Any] | None
) -> Iterator[str]:
    for slug, system in systems.data["systems"].items():
        for field in NEEDS[system["kind"]]:
            if field not in system:
                yield systems.problem(["systems", slug], f"a system of kind {system['kind']} needs `{field}`. Add it.")
    known: dict[str, Container[str] | None] = {
        "systems": systems.data["systems"],
        "services": services,
        "areas": areas["areas"] if areas else None,
        "teams": areas["teams"] if areas else None,
    }
    for number, route in enumerate(systems.data["routes"]):
        for field, names in route.items():
            for place, name in enumerate(names):
                allowed = known[field]
                if allowed is not None and name not in allowed:
                    yield systems.problem(
                        ["routes", number, field, place], f"{name!r} is not one of the {field}. Correct the name."
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
    for number, day in enumerate(organisation.data.get("closed_on", [])):
        try:
            dt.date.fromisoformat(day)
        except ValueError:
            yield organisation.problem(["closed_on", number], f"{day} is not a day. Write a date as 2026-12-31.")
    for day, span in organisation.data["hours"].items():
        if span["opens"] >= span["closes"]:
            yield organisation.problem(["hours", day], f"{day} closes before it opens. Correct one of the two times.")
