"""Lists of intakes: what a row holds, a part under its own heading, and how a page knows that its lists are still right."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Response

from api.intakes.models import Intake
from api.intakes.schemas import IntakeQueueItem
from api.intakes.service import queue_item
from api.workspace.desk import Desk, nothing_new

Stand = Annotated[str, Query(max_length=64)]
"""What a page has, by the name that `stand_of` gave it."""

MOST = 200
"""As many as a list shows that nobody leafs through."""


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
    return hash_of(repr((state, more)))


def hash_of(text: str) -> str:
    """A short name for a text, the same in every process."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def kept_up_to_date(address: str, stand: str, **context: Any) -> dict[str, Any]:
    """What a template needs for lists that ask for news of themselves at `address`."""
    return {**context, "stand": stand, "address": f"{address}?{urlencode({'stand': stand})}"}


def news_of(desk: Desk, template: str, stand: str, context: dict[str, Any]) -> Response:
    """The lists alone, when they differ from what the page has (`stand`)."""
    return nothing_new() if context["stand"] == stand else desk.part(template, part=True, **context)
