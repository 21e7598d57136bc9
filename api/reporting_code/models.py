"""A step that was taken."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api import clock
from api.database import Base, UtcDateTime


class TakenStep(Base):
    """One step of the code that somebody took for one intake. It goes when the intake is taken back or removed."""

    __tablename__ = "taken_steps"

    intake_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("intakes.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[str] = mapped_column(String(40), primary_key=True)
    by: Mapped[str] = mapped_column(String(120))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)
