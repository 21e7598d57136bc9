"""The queue: who asks for help, who helps already, and what presses most."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response

from api.intakes import repository
from api.intakes.models import Intake, Urgency
from api.intakes.schemas import IntakeFilter, IntakeQueueItem
from api.intakes.service import queue_item
from api.people.models import Role
from api.workspace.desk import WORK, Desk, ReadDesk, nothing_new
from api.workspace.wording import URGENCIES

router = APIRouter(prefix=WORK)

LIMIT = 200
READERS = frozenset({Role.PROFESSIONAL, Role.COORDINATOR})


@dataclass(frozen=True)
class Row:
    """One intake in the queue. It holds only what a whole team may see."""

    item: IntakeQueueItem
    mine: bool
    claimable: bool


@dataclass(frozen=True)
class Section:
    """A part of the queue under its own heading. `waiting` is the part where new questions come in."""

    key: str
    title: str
    empty: str
    rows: Sequence[Row]
    waiting: bool = False


@dataclass(frozen=True)
class Chosen:
    """What somebody filters on, as it stands in the address. What is not known there is no filter."""

    dienst: str = ""
    gebied: str = ""
    urgentie: str = ""
    mijn: bool = False

    @property
    def query(self) -> dict[str, str]:
        """The same filter for a next address."""
        wanted = {"dienst": self.dienst, "gebied": self.gebied, "urgentie": self.urgentie, "mijn": "1" * self.mijn}
        return {name: value for name, value in wanted.items() if value}

    @property
    def filter(self) -> IntakeFilter:
        """The filter that the repository knows."""
        return IntakeFilter(
            service=self.dienst or None,
            area=self.gebied or None,
            urgency=Urgency(self.urgentie) if self.urgentie in set(Urgency) else None,
            mine=self.mijn,
        )


@router.get("")
async def queue(desk: ReadDesk, dienst: str = "", gebied: str = "", urgentie: str = "", mijn: bool = False) -> Response:
    """The whole page; for who reads no content, a page that says so."""
    if desk.person.role not in READERS:
        return desk.show("geen_inhoud.html")
    chosen = Chosen(dienst, gebied, urgentie, mijn)
    catalogue = desk.runtime.catalogue
    areas = [area for area in catalogue.areas.values() if desk.person.team in {None, area.team}]
    return desk.show(
        "wachtrij.html",
        chosen=chosen,
        services=catalogue.services.values(),
        areas=areas,
        urgencies=URGENCIES,
        **await _queue(desk, chosen),
    )


@router.get("/wachtrij")
async def queue_news(
    desk: ReadDesk,
    stand: Annotated[str, Query(max_length=64)] = "",
    dienst: str = "",
    gebied: str = "",
    urgentie: str = "",
    mijn: bool = False,
) -> Response:
    """The lists alone, when they differ from those that the page has (`stand`).

    The page asks every few seconds instead of holding a stream open: over HTTP/1.1 a browser has six connections for us
    in all, and seven tabs with a stream would stop it altogether. Who may no longer look is out at the next question.
    """
    context = await _queue(desk, Chosen(dienst, gebied, urgentie, mijn))
    return nothing_new() if context["stand"] == stand else desk.show("_wachtrij.html", part=True, **context)


async def _queue(desk: Desk, chosen: Chosen) -> dict[str, Any]:
    intakes = await repository.queue(desk.session, desk.person, chosen.filter, LIMIT)
    sections = _sections(desk, intakes, chosen)
    words = desk.wording
    state = [
        (section.key, row.item, words.due(row.item), words.waiting(row.item))
        for section in sections
        for row in section.rows
    ]
    stand = hashlib.sha256(repr(state).encode()).hexdigest()[:16]
    return {
        "sections": sections,
        "stand": stand,
        "address": f"{WORK}/wachtrij?{urlencode({**chosen.query, 'stand': stand})}",
        "full": len(intakes) == LIMIT,
        "limit": LIMIT,
    }


def _sections(desk: Desk, intakes: Sequence[Intake], chosen: Chosen) -> list[Section]:
    helps = desk.person.role is Role.PROFESSIONAL
    rows = [
        Row(queue_item(intake), mine=intake.assignee_id == desk.person.id, claimable=desk.may_claim(intake))
        for intake in intakes
    ]
    none_here = "Met deze filters is er niets." if chosen.query else None
    waiting = Section(
        "wachtend",
        "Nog niet opgepakt",
        none_here or "Er wacht niemand. Alles is opgepakt.",
        [row for row in rows if row.item.assignee is None],
        waiting=True,
    )
    mine = Section("mijn", "Mijn werk", none_here or "U helpt nu niemand.", [row for row in rows if row.mine])
    others = Section(
        "anderen",
        "Bij collega’s" if helps else "Opgepakt",
        none_here or ("Uw collega’s helpen nu niemand." if helps else "Er is niets opgepakt."),
        [row for row in rows if row.item.assignee is not None and not row.mine],
    )
    if not helps:
        return [waiting, others]
    return [mine] if chosen.mijn else [mine, waiting, others]
