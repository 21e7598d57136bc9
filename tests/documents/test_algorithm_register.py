"""What we publish in the Algoritmeregister answers to its publication standard, and is about this software."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.settings import ROOT

STANDARD = json.loads((ROOT / "docs/schemas/algoritmeregister-publicatiestandaard-v1_0.json").read_text("utf-8"))
ENTRY: dict[str, Any] = json.loads((ROOT / "algoritmeregister.json").read_text("utf-8"))


def problems(entry: dict[str, Any]) -> list[str]:
    fields = STANDARD["properties"]
    found = [f"{name} is not in the standard" for name in entry.keys() - fields.keys()]
    for name, field in fields.items():
        value = entry.get(name)
        if value is None:
            found += [f"{name} is missing"] * (field.get("required") is True)
            continue
        if not isinstance(value, list if field["type"] == "array" else str):
            found.append(f"{name} has the wrong type")
            continue
        if field.get("max_length") and len(value) > field["max_length"]:
            found.append(f"{name} is too long")
        allowed = field.get("permitted_values")
        if allowed and not set(value if isinstance(value, list) else [value]) <= set(allowed):
            found.append(f"{name} is not one of {allowed}")
    return found


def test_entry_answers_to_the_standard() -> None:
    assert problems(ENTRY) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "x" * 101}, "too long"),
        ({"status": "Bijna"}, "not one of"),
        ({"category": ["Zorg"]}, "not one of"),
        ({"contact_email": None}, "missing"),
        ({"kleur": "rood"}, "not in the standard"),
        ({"goal": 1}, "wrong type"),
    ],
)
def test_mistake_in_an_entry_is_seen(change: dict[str, Any], words: str) -> None:
    assert words in " ".join(problems({**ENTRY, **change}))


def test_entry_names_documents_that_exist() -> None:
    text = json.dumps(ENTRY)
    for name in ("docs/dpia.md", "docs/understanding.md"):
        assert name in text
        assert (ROOT / name).exists()
