"""Reads an organisation's folder, checks it, and says file, line and mend when something is wrong."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from organisation.model import (
    Area,
    Catalogue,
    CrisisAdvice,
    CrisisRule,
    HelpLine,
    Hours,
    Organisation,
    Service,
    Team,
)

HERE = Path(__file__).parent
FILES = ("organisation", "services", "areas", "helplines", "crisis", "texts.nl")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class CatalogueError(Exception):
    """The catalogue cannot be used. `problems` holds one sentence for each mistake: file, line, what is wrong, what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Source:
    """One parsed file that still knows on which line each value stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise CatalogueError(
                [f"{path}: this file is missing. Copy it from catalogue/demo/ and fill it in."]
            ) from None
        try:
            self._root = yaml.compose(text, Loader=yaml.SafeLoader)
            self.data: Any = yaml.safe_load(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            problem = getattr(error, "problem", None) or "this is not YAML"
            raise CatalogueError(
                [f"{path}:{line}: {problem}. Check the indentation and quotes around this line."]
            ) from None

    def line(self, keys: list[str | int]) -> int:
        """The line (from 1) of the value at `keys`, or of its nearest parent that exists."""
        node = self._root
        line = 1
        for key in keys:
            child = None
            if isinstance(node, yaml.MappingNode):
                for name, value in node.value:
                    if name.value == str(key):
                        line, child = name.start_mark.line + 1, value
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                child = node.value[key]
                line = child.start_mark.line + 1
            if child is None:
                break
            node = child
        return line

    def problem(self, keys: list[str | int], message: str) -> str:
        """One sentence that points at the place to mend."""
        return f"{self.path}:{self.line(keys)}: {message}"


def load_catalogue(folder: Path) -> Catalogue:
    """The catalogue of one organisation.

    Raises `CatalogueError` with every problem found, so that one run of `voordeur catalogue check` shows all there is to mend.
    """
    sources: dict[str, _Source] = {}
    problems: list[str] = []
    for name in FILES:
        try:
            sources[name] = _Source(folder / f"{name}.yml")
            problems += _schema_problems(name, sources[name])
        except CatalogueError as error:
            problems += error.problems
    if problems:
        raise CatalogueError(problems)
    problems = list(_reference_problems(sources))
    if problems:
        raise CatalogueError(problems)
    return _build({name: source.data for name, source in sources.items()})


def _schema_problems(name: str, source: _Source) -> list[str]:
    schema = json.loads((HERE / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    # Dates reach us as Python dates; the schemas speak of JSON, so compare what JSON would hold.
    instance = json.loads(json.dumps(source.data, default=str))
    errors = sorted(
        Draft202012Validator(schema).iter_errors(instance), key=lambda error: list(map(str, error.absolute_path))
    )
    return [source.problem(cast("list[str | int]", list(error.absolute_path)), _mend(error)) for error in errors]


def _mend(error: ValidationError) -> str:
    """What to do about one schema error, in a sentence of its own."""
    where = ".".join(str(key) for key in error.absolute_path) or "the file"
    if error.validator == "required":
        return f"{where}: {error.message}. Add it."
    if error.validator == "additionalProperties":
        return f"{where}: {error.message}. Check the spelling, or remove it."
    if error.validator == "pattern":
        description = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
        return f"{where}: {error.instance!r} has the wrong form. {description}".strip()
    return f"{where}: {error.message}."


def _reference_problems(sources: dict[str, _Source]) -> Iterator[str]:
    """Names in one file that another file must know."""
    services = sources["services"].data
    areas = sources["areas"]
    for slug, area in areas.data["areas"].items():
        if area["team"] not in areas.data["teams"]:
            yield areas.problem(
                ["areas", slug, "team"],
                f"team {area['team']!r} is not under `teams`. Add the team or correct the name.",
            )
        for service in area.get("referrals", {}):
            if service not in services:
                yield areas.problem(
                    ["areas", slug, "referrals", service], f"{service!r} is not a service. Use a name of services.yml."
                )
    lines = sources["helplines"].data
    crisis = sources["crisis"]
    for kind, advice in crisis.data["advice"].items():
        for number, slug in enumerate(advice["help_lines"]):
            if slug not in lines:
                yield crisis.problem(
                    ["advice", kind, "help_lines", number],
                    f"{slug!r} is not in helplines.yml. Add it there or correct the name.",
                )
    for number, rule in enumerate(crisis.data["rules"]):
        for field in ("pattern", "unless"):
            try:
                re.compile(rule.get(field) or "")
            except re.error as error:
                yield crisis.problem(["rules", number, field], f"this is not a regular expression: {error}.")


def _build(data: dict[str, Any]) -> Catalogue:
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
        ),
        services={
            slug: Service(
                slug=slug,
                name=entry["name"],
                label=entry["label"],
                reflection=entry["reflection"],
                explanation=entry["explanation"],
                today=entry.get("today"),
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
        help_lines={slug: HelpLine(slug=slug, **entry) for slug, entry in data["helplines"].items()},
        crisis_advice={
            kind: CrisisAdvice(kind, entry["text"], tuple(entry["help_lines"]))
            for kind, entry in data["crisis"]["advice"].items()
        },
        crisis_rules=tuple(
            CrisisRule(rule["kind"], rule["pattern"], rule.get("unless")) for rule in data["crisis"]["rules"]
        ),
        texts=data["texts.nl"],
    )
