"""What the organisation gives its own people: answers ready to be sent, and the steps of the reporting code."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from organisation.source import Source

PLACEHOLDERS = ("naam", "medewerker", "team", "organisatie", "telefoon")


@dataclass(frozen=True)
class Answer:
    """An answer that is ready. Without services it is offered with every question."""

    slug: str
    title: str
    text: str
    services: tuple[str, ...]

    def fits(self, service: str | None) -> bool:
        """Whether it is offered with a question about this service."""
        return not self.services or service in self.services

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with its `{placeholders}` filled, each of `PLACEHOLDERS`. Who gave no name is greeted without one."""
        text = self.text
        if not values["naam"]:
            text = text.replace(", {naam}", "").replace(" {naam}", "")
        return text.format_map(values)


@dataclass(frozen=True)
class Step:
    """One step of the reporting code."""

    slug: str
    title: str
    text: str


@dataclass(frozen=True)
class ReportingCode:
    """The steps that bind a professional who suspects violence, where they come from, and whom to ask."""

    source: str
    help_line: str
    steps: tuple[Step, ...]


def answers_of(data: Mapping[str, Any]) -> dict[str, Answer]:
    """The answers in the order of the file."""
    return {
        slug: Answer(slug, entry["title"], entry["text"], tuple(entry.get("services", ())))
        for slug, entry in data["answers"].items()
    }


def reporting_code_of(data: Mapping[str, Any]) -> ReportingCode:
    """The steps in the order of the file."""
    code = data["reporting_code"]
    steps = tuple(Step(slug, entry["title"], entry["text"]) for slug, entry in code["steps"].items())
    return ReportingCode(code["source"], code["help_line"], steps)


def work_problems(work: Source, services: Container[str] | None, lines: Container[str] | None) -> Iterator[str]:
    """Names that another file must know, and placeholders that can be filled in."""
    for slug, answer in work.data["answers"].items():
        for number, service in enumerate(answer.get("services", ())):
            if services is not None and service not in services:
                yield work.problem(
                    ["answers", slug, "services", number],
                    f"{service!r} is not a service. Use a name of services.yml.",
                )
        yield from _placeholder_problems(work, slug, answer["text"])
    line = work.data["reporting_code"]["help_line"]
    if lines is not None and line not in lines:
        yield work.problem(
            ["reporting_code", "help_line"], f"{line!r} is not in helplines.yml. Add it there or correct the name."
        )


def _placeholder_problems(work: Source, slug: str, text: str) -> Iterator[str]:
    try:
        found = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        yield work.problem(["answers", slug, "text"], "a brace is not closed. Write {naam} to fill something in.")
        return
    for name in sorted(found - set(PLACEHOLDERS)):
        yield work.problem(
            ["answers", slug, "text"], f"{{{name}}} cannot be filled in. Choose from: {', '.join(PLACEHOLDERS)}."
        )
