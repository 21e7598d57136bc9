"""Thirty people, each with another question and another obstacle, against the running system over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.whole.residents import Resident, conversations

TOLD = conversations()
KEYS = {"say", "press", "hear", "not", "kind", "choices"}


@pytest.fixture
def client(voordeur: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=voordeur, timeout=60) as client:
        yield client


def test_there_are_thirty_and_no_two_alike() -> None:
    names = [told["who"] for told in TOLD]
    assert len(names) >= 30
    assert len(names) == len(set(names))


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told["who"])
def test_conversation(client: httpx.Client, told: dict[str, Any]) -> None:
    resident = Resident.arrive(client, told.get("language", "nl"))
    for step in told["steps"]:
        assert step.keys() <= KEYS
        said = resident.say(step["say"]) if "say" in step else resident.press(step["press"])
        read = resident.transcript()
        for fragment in _listed(step.get("hear")):
            assert fragment in said, f"not heard: {fragment!r}\n{read}"
        for fragment in _listed(step.get("not")):
            assert fragment not in said, f"should not be said: {fragment!r}\n{read}"
        if "kind" in step:
            assert step["kind"] in [message["kind"] for message in resident.answer], read
        labels = [choice["label"] for message in resident.answer for choice in message["choices"]]
        assert set(_listed(step.get("choices"))) <= set(labels), read
        assert "⟨" not in said, read
    state, made = resident.state(), resident.intake()
    assert state["status"] == "open"
    if (wanted := told.get("intake")) is None:
        assert made is None or made["status"] == "withdrawn", resident.transcript()
    else:
        assert made is not None, resident.transcript()
        assert {key: made[key] for key in wanted} == wanted, resident.transcript()
    assert state["owner"] == told.get("owner", "assistant"), resident.transcript()
    assert state["language"] == told.get("ends_in", told.get("language", "nl"))


def _listed(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)
