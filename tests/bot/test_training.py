"""A model is trained again when, and only when, a source changed."""

import sys
from pathlib import Path

import pytest

from bot import training


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(training, "ROOT", tmp_path)
    monkeypatch.setattr(training, "SOURCES", ("config.yml", "data"))
    (tmp_path / "config.yml").write_text("recipe: default.v1")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.yml").write_text("hallo")
    return tmp_path


def test_same_sources_have_the_same_fingerprint(sources: Path) -> None:
    before = training.fingerprint()
    (sources / "unrelated.txt").write_text("x")
    assert training.fingerprint() == before


@pytest.mark.parametrize("change", ["edit", "add", "rename"])
def test_any_change_of_a_source_changes_it(sources: Path, change: str) -> None:
    before = training.fingerprint()
    file = sources / "data" / "a.yml"
    match change:
        case "edit":
            file.write_text("hallo!")
        case "add":
            (sources / "data" / "b.yml").write_text("")
        case "rename":
            file.rename(sources / "data" / "c.yml")
    assert training.fingerprint() != before


def test_model_that_is_there_is_not_trained_again(sources: Path) -> None:
    model = training.model_path(sources)
    model.write_bytes(b"a model")
    assert training.train(sources) == model


def test_failed_training_says_so(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "false")
    with pytest.raises(SystemExit, match="Training failed"):
        training.train(sources / "models")


def test_no_component_comes_from_an_earlier_training(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rasa's cache looks at a component's own file only, not at what that imports."""
    pretender = sources / "python"
    pretender.write_text(
        f'#!/bin/sh\nprintf "%s " "$@" > {sources}/said\ntouch "{training.model_path(sources / "models")}"\n'
    )
    pretender.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(pretender))
    training.train(sources / "models")
    assert "--force" in (sources / "said").read_text()
