"""A place in the queue: the next page begins after it, also when intakes before it come or go meanwhile."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Self

from api.errors import BadRequest
from api.intakes.models import Intake, Urgency

PAGE = 50
MOST_PRESSING_FIRST = tuple(reversed(Urgency))


@dataclass(frozen=True)
class Place:
    """Where one intake stands: by urgency, then by its term, then by its id."""

    urgency: Urgency
    due_at: dt.datetime
    id: uuid.UUID

    @classmethod
    def of(cls, intake: Intake) -> Self:
        """The place of an intake."""
        return cls(intake.urgency, intake.due_at, intake.id)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The place that `str` wrote. Raises `BadRequest` for anything else."""
        urgency, _, rest = text.partition("_")
        due_at, _, intake_id = rest.partition("_")
        try:
            moment = dt.datetime.strptime(due_at, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=dt.UTC)
            return cls(Urgency(urgency), moment, uuid.UUID(intake_id))
        except ValueError:
            raise BadRequest("Deze plek in de wachtrij is er niet. Begin weer bovenaan.") from None

    def __str__(self) -> str:
        return f"{self.urgency}_{self.due_at.astimezone(dt.UTC):%Y%m%dT%H%M%S.%fZ}_{self.id}"
