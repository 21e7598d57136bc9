"""Each line of the ASVS table names a test that is there, or says why it cannot."""

from __future__ import annotations

import re

import pytest

from api.settings import ROOT

TABLE = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| V\d", line)
]


def test_table_is_there() -> None:
    assert len(TABLE) >= 20
    assert all(len(row) == 3 for row in TABLE)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_line_names_tests_that_are_there(row: list[str]) -> None:
    named = re.findall(r"`((?:tests|web/src)/[^`]+)`", row[2])
    assert named, f"no test: {row[0]}"
    for path in named:
        place = ROOT / path
        assert place.exists(), f"{path} is not there"
        tests = [place] if place.is_file() else [*place.rglob("test_*.py"), *place.rglob("*.test.ts")]
        assert any("test" in test.read_text(encoding="utf-8") for test in tests), f"{path} holds no test"
