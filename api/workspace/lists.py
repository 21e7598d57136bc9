"""Lists of intakes: what a row holds, a part under its own heading, and how a page knows that its lists are still right."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from api.intakes.models import Intake
from api.intakes.schemas import IntakeQueueItem
from api.intakes.service import queue_item
from api.workspace.desk import Desk


@dataclass(frozen=True)
class Row:
    """One intake in a list. It holds only what a whole team may see, and for the one who helps whether the resident waits."""

    item: IntakeQueueItem
    mine: bool
    claimable: bool
    unanswered: bool = False


@dataclass(frozen=True)
class Section:
    """A part of a page under its own heading. `waiting` is the part where new questions come in."""

    key: str
    title: str
    empty: str
    rows: Sequence[Row]
    count: int
    waiting: bool = False
    next_page: str | None = None


def row_for(desk: Desk, intake: Intake, unanswered: bool = False) -> Row:
    """An intake as this person sees it in a list."""
    return Row(queue_item(intake), intake.assignee_id == desk.person.id, desk.may_claim(intake), unanswered)


def stand_of(desk: Desk, sections: Sequence[Section], *more: object) -> str:
    """A short name for what the lists say now, words about time included: other lists have another name."""
    words = desk.wording
    state = [
        (section.key, section.count, row, words.due(row.item), words.waiting(row.item))
        for section in sections
        for row in section.rows
    ]
    return hashlib.sha256(repr((state, more)).encode()).hexdigest()[:16]
