"""What is erased from the assistant's memory is gone from its file, whatever SQLite does by itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.memory import ForgettingTrackerStore

STORY = "kwikstaartveld " * 40


@pytest.fixture
def _sqlite_of_others() -> Iterator[None]:
    def off(connection: Any, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA secure_delete = OFF")

    event.listen(Engine, "connect", off)
    yield
    event.remove(Engine, "connect", off)


@pytest.mark.usefixtures("_sqlite_of_others")
async def test_erased_conversation_is_gone_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "memory.sqlite3"
    store = ForgettingTrackerStore(Domain.empty(), dialect="sqlite", db=str(file))
    for who in ("one", "two"):
        tracker = DialogueStateTracker.from_events(who, [UserUttered(STORY + who)])
        await store.save(tracker)
    assert STORY.encode() in file.read_bytes()
    store.forget("one")
    store.forget("two")
    assert STORY.encode() not in file.read_bytes()
