"""The table of who may do what, for people to read and for the tests to hold us to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "permissions.yml"


@dataclass(frozen=True)
class Line:
    """One deed, how it is done over HTTP, and for each kind of person `yes`, `no` or `hidden`."""

    does: str
    call: str
    for_whom: dict[str, str]


def permissions() -> list[Line]:
    """The whole table."""
    lines = yaml.safe_load(FILE.read_text(encoding="utf-8"))["table"]
    return [Line(line.pop("does"), line.pop("call"), line) for line in lines]


def as_text() -> str:
    """The table for a terminal."""
    lines = permissions()
    kinds = list(lines[0].for_whom)
    widths = [max(len(line.does) for line in lines), *(max(len(kind), len("hidden")) for kind in kinds)]
    rows = [["", *kinds], *([line.does, *(line.for_whom[kind] for kind in kinds)] for line in lines)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
