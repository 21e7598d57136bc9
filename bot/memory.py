"""Rasa's tracker store, able to forget one conversation: a resident who erases a conversation erases it here too."""

from __future__ import annotations

from typing import Any, ClassVar

from rasa.core.tracker_store import SQLTrackerStore
from sqlalchemy import event


class ForgettingTrackerStore(SQLTrackerStore):
    """The SQL store with a way to forget. Rasa wraps its store, so the process keeps hold of the real one here."""

    of_this_process: ClassVar[ForgettingTrackerStore | None] = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.engine.dialect.name == "sqlite":
            # Else what was erased stays readable in the file until its place is used again. Debian's SQLite sees to it, others do not.
            event.listen(self.engine, "connect", _overwrite_what_is_erased)
            self.engine.dispose()
        ForgettingTrackerStore.of_this_process = self

    def forget(self, sender_id: str) -> None:
        """Removes every event of this conversation."""
        with self.session_scope() as session:
            session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id).delete()
            session.commit()


def _overwrite_what_is_erased(connection: Any, _: object) -> None:
    connection.execute("PRAGMA secure_delete = ON")
