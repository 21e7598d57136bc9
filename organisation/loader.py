"""Reads an organisation's folder, checks it, and says file, line and mend when something is wrong."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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
TYPES = {
    "string": "text (put it between quotes)",
    "array": "a list",
    "object": "a list of names with values",
    "integer": "a whole number",
    "boolean": "true or false",
}
# What the sentences of texts.nl.yml may hold between braces.
FILLED_IN = {"organisation", "assistant", "phone", "email"}
FILLED_IN_FOR = {
    "person_asked": {"reference"},
    "person_joins": {"name", "team"},
    "person_leaves": {"name"},
    "intake_closed": {"name"},
}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class CatalogueError(Exception):
    """The catalogue cannot be used. `problems` holds one sentence for each mistake: file, line, what is wrong, what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Loader(yaml.SafeLoader):
    """YAML that leaves dates as text: whether they exist is for us to say, with the line."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Source:
    """One parsed file that still knows on which line each value stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
            self._root = yaml.compose(text, Loader=_Loader)
            self.data: Any = yaml.load(text, Loader=_Loader)  # noqa: S506  a SafeLoader without dates
        except FileNotFoundError:
            raise CatalogueError(
                [f"{path}: this file is missing. Copy it from catalogue/demo/ and fill it in."]
            ) from None
        except UnicodeDecodeError:
            raise CatalogueError([f"{path}: this is not UTF-8. Save the file as UTF-8 text."]) from None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            problem = getattr(error, "problem", None) or "this is not YAML"
            raise CatalogueError(
                [f"{path}:{line}: {problem}. Check the indentation and quotes around this line."]
            ) from None

    def line(self, keys: Sequence[str | int]) -> int:
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

    def problem(self, keys: Sequence[str | int], message: str) -> str:
        """One sentence that points at the place to mend."""
        return f"{self.path}:{self.line(keys)}: {message}"

    def twice(self) -> Iterator[str]:
        """A sentence for each name that stands twice in one place: YAML would quietly drop the first."""
        nodes = [self._root] if self._root else []
        while nodes:
            node = nodes.pop()
            seen: set[str] = set()
            for item in node.value if isinstance(node, yaml.CollectionNode) else []:
                name, value = item if isinstance(item, tuple) else (None, item)
                nodes.append(value)
                if name is not None and name.value in seen:
                    yield f"{self.path}:{name.start_mark.line + 1}: {name.value!r} is here twice. Remove one of the two."
                seen |= {name.value} if name is not None else set()


def load_catalogue(folder: Path) -> Catalogue:
    """The catalogue of one organisation.

    Raises `CatalogueError` with every problem found, so that one run of `voordeur catalogue check` shows all there is to mend.
    """
    sources: dict[str, _Source] = {}
    problems: list[str] = []
    for name in FILES:
        try:
            source = _Source(folder / f"{name}.yml")
        except CatalogueError as error:
            problems += error.problems
            continue
        found = [*source.twice(), *_schema_problems(name, source)]
        problems += found
        if not found:
            sources[name] = source
    problems += _meaning_problems(sources)
    if problems:
        raise CatalogueError(problems)
    return _build({name: source.data for name, source in sources.items()})


def _schema_problems(name: str, source: _Source) -> Iterator[str]:
    schema = json.loads((HERE / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    # The schemas speak of JSON, where every name is a text.
    instance = json.loads(json.dumps(source.data))
    errors = Draft202012Validator(schema).iter_errors(instance)
    for error in sorted(errors, key=lambda error: list(map(str, error.absolute_path))):
        for keys, message in _mend(error):
            yield source.problem(keys, f"{'.'.join(map(str, keys)) or 'the file'}: {message}")


def _mend(error: ValidationError) -> Iterator[tuple[list[str | int], str]]:
    """Where one schema error is, and what to do about it, in sentences of its own."""
    keys = list(error.absolute_path)
    schema: Any = error.schema
    instance: Any = error.instance
    advice = schema.get("description", "Correct it.")
    if error.validator == "additionalProperties":
        for name in sorted(instance.keys() - schema["properties"].keys()):
            yield [*keys, name], "this is not known here. Check the spelling, or remove it."
    elif error.validator == "required":
        yield keys, f"{error.message}. Add it."
    elif error.validator == "type":
        yield keys, f"{instance!r} is not {TYPES[str(error.validator_value)]}. {advice}"
    elif "propertyNames" in error.absolute_schema_path:
        yield [*keys, instance], f"this name has the wrong form. {advice}"
    elif error.validator == "pattern":
        yield keys, f"{instance!r} has the wrong form. {advice}"
    else:
        yield keys, f"{error.message}. {advice}"


def _meaning_problems(sources: dict[str, _Source]) -> Iterator[str]:
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
    if texts := sources.get("texts.nl"):
        yield from _text_problems(texts)


def _area_problems(areas: _Source, services: Container[str] | None) -> Iterator[str]:
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


def _crisis_problems(crisis: _Source, lines: Container[str] | None) -> Iterator[str]:
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


def _date_problems(lines: _Source) -> Iterator[str]:
    for slug, line in lines.data.items():
        try:
            dt.date.fromisoformat(line["checked_on"])
        except ValueError:
            yield lines.problem([slug, "checked_on"], f"{line['checked_on']} is not a day. Write a date as 2026-11-22.")


def _time_problems(organisation: _Source) -> Iterator[str]:
    name = organisation.data["timezone"]
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield organisation.problem(["timezone"], f"{name!r} is not a time zone. Use a name like Europe/Amsterdam.")
    for day, span in organisation.data["hours"].items():
        if span["opens"] >= span["closes"]:
            yield organisation.problem(["hours", day], f"{day} closes before it opens. Correct one of the two times.")


def _text_problems(texts: _Source) -> Iterator[str]:
    for key, text in texts.data.items():
        known = FILLED_IN | FILLED_IN_FOR.get(key, set())
        try:
            unknown = {name for _, name, _, _ in Formatter().parse(text) if name is not None} - known
        except ValueError:
            yield texts.problem([key], "a brace is not closed. Write {name} to fill something in, and {{ for a brace.")
            continue
        for name in sorted(unknown):
            yield texts.problem([key], f"{{{name}}} cannot be filled in. Choose from: {', '.join(sorted(known))}.")


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
        help_lines={
            slug: HelpLine(slug=slug, **{**entry, "checked_on": dt.date.fromisoformat(entry["checked_on"])})
            for slug, entry in data["helplines"].items()
        },
        crisis_advice={
            kind: CrisisAdvice(kind, entry["text"], tuple(entry["help_lines"]))
            for kind, entry in data["crisis"]["advice"].items()
        },
        crisis_rules=tuple(
            CrisisRule(rule["kind"], rule["pattern"], rule.get("unless")) for rule in data["crisis"]["rules"]
        ),
        texts=data["texts.nl"],
    )
