"""The stories in `stories/`: conversations as people have them, through the trained model, with what must hold of every answer.

A story is a list of steps. `say` (or `press`, a button) is the resident; the rest is expected of the answer: `hear` (all of these
fragments), `not` (none of them), `kind`, `asks`, `choices` (among the buttons), `slots`. `intake` is what was handed over in the end: the
fields it must have, `null` for nothing at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conversations.conftest import Talk
from tests.conversations.invariants import breaches

HERE = Path(__file__).parent
STORIES: list[dict[str, Any]] = [
    {**story, "name": f"{file.stem}: {story['name']}"}
    for file in sorted((HERE / "stories").glob("*.yml"))
    for story in yaml.safe_load(file.read_text(encoding="utf-8"))
]
KEYS = {"say", "press", "hear", "not", "kind", "asks", "choices", "slots"}


def test_there_are_enough_stories_and_each_has_a_name_of_its_own() -> None:
    names = [story["name"] for story in STORIES]
    assert len(names) >= 80
    assert len(names) == len(set(names))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["name"])
def test_story(talk: Talk, story: dict[str, Any]) -> None:
    talk.language = story.get("language", "nl")
    talk.service.open = story.get("open", True)
    before: list[dict[str, Any]] = []
    so_far: list[str] = []
    for step in story["steps"]:
        assert step.keys() <= KEYS, f"unknown: {step.keys() - KEYS}"
        told = step.get("say") or step["press"]
        said = talk.say(told) if "say" in step else talk.press(told)
        so_far.append(f"- {told}\n  {said!r} {talk.titles}")
        where = "\n".join(so_far)
        assert not (wrong := breaches(before, talk.answers)), f"{wrong}\n{where}"
        _check(talk, step, said, where)
        before = talk.answers
    if "intake" in story:
        _check_intake(talk, story["intake"], "\n".join(so_far))


def _check(talk: Talk, step: dict[str, Any], said: str, where: str) -> None:
    for fragment in _listed(step.get("hear")):
        assert fragment in said, f"not heard: {fragment!r}\n{where}"
    for fragment in _listed(step.get("not")):
        assert fragment not in said, f"should not be said: {fragment!r}\n{where}"
    for key in ("kind", "asks"):
        if key in step:
            assert talk.custom.get(key) == step[key], where
    assert set(_listed(step.get("choices"))) <= set(talk.titles), where
    for name, value in step.get("slots", {}).items():
        assert talk.slot(name) == value, f"slot {name} is {talk.slot(name)!r}\n{where}"


def _check_intake(talk: Talk, wanted: dict[str, Any] | None, where: str) -> None:
    if wanted is None:
        assert talk.service.intakes == [], where
        return
    assert talk.service.intakes, f"nothing was handed over\n{where}"
    made = talk.service.intakes[-1]
    for key, value in wanted.items():
        if key == "summary":
            assert all(part in made["summary"] for part in _listed(value)), f"{made['summary']}\n{where}"
        elif isinstance(value, dict):
            assert value.items() <= made[key].items(), f"{key}: {made[key]}\n{where}"
        else:
            assert made.get(key) == value, f"{key}: {made.get(key)}\n{where}"


def _listed(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)
