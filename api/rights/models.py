"""What the assistant still has to forget, and the nights on which terms were looked at."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import JSON, Date
from sqlalchemy.orm import Mapped, mapped_column

from api import clock
from api.database import Base, UtcDateTime


class Forgetting(Base):
    """A conversation that is gone here and that the assistant must forget too. It holds the id and nothing else."""

    __tablename__ = "forgettings"

    conversation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True, default=clock.now)
    attempts: Mapped[int] = mapped_column(default=0)
    once: Mapped[bool] = mapped_column(default=False)
    """Whether the assistant has forgotten it once; then it is asked again when no turn can be under way any more."""


class RetentionRun(Base):
    """One night: when it began and ended, and how many of each kind went. A night without an end is taken up again."""

    __tablename__ = "retention_runs"

    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    began_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    removed: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
