"""Puts what was measured into a document, in place of what was measured before."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

BEGIN, END = "<!-- measured -->\n", "<!-- /measured -->"


def table(head: str, rows: Iterable[tuple[str, str]]) -> str:
    """A sentence, and a table of what was measured and the figure."""
    lines = [head, "", "| what | measured |", "| --- | --- |", *(f"| {what} | {figure} |" for what, figure in rows)]
    return "\n".join(lines) + "\n"


def write_between(document: Path, found: str) -> None:
    """Replaces the measured part of `document`."""
    text = document.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    document.write_text(f"{before}{BEGIN}{found}{END}{rest.partition(END)[2]}", encoding="utf-8")
