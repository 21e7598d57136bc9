"""Team: what waits where, who helps how many residents, and whom colleagues help. Nothing of any story."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response

from api import clock
from api.errors import Forbidden
from api.intakes import loads, queues
from api.intakes.paging import PAGE, Place
from api.intakes.schemas import IntakeFilter
from api.people.models import Role
from api.workspace.desk import WORK, Desk, ReadDesk
from api.workspace.lists import Section, Stand, news_of, row_for, stand_of
from api.workspace.queue_page import READERS

router = APIRouter(prefix=f"{WORK}/team")

After = Annotated[str, Query(alias="na", max_length=120)]


@router.get("")
async def team(desk: ReadDesk, after: After = "") -> Response:
    """The page, for a professional about the own team, for a coordinator about all teams."""
    return await desk.page("team.html", **await _team(desk, after))


@router.get("/lijst")
async def team_news(desk: ReadDesk, after: After = "", stand: Stand = "") -> Response:
    """The lists alone, when they differ from what the page has (`stand`)."""
    return news_of(desk, "_team.html", stand, await _team(desk, after))


async def _team(desk: Desk, after: str) -> dict[str, Any]:
    if desk.person.role not in READERS:
        raise Forbidden("Het overzicht van een team is voor professionals en coördinatoren.")
    now = clock.now()
    place = Place.parse(after) if after else None
    taken = IntakeFilter(taken=True)
    intakes, following = await queues.queue(desk.session, desk.person, taken, place, PAGE)
    section = Section(
        "opgepakt",
        "Opgepakt",
        "Er is niets opgepakt.",
        [row_for(desk, intake) for intake in intakes],
        await queues.count(desk.session, desk.person, taken),
        next_page=f"{WORK}/team?{urlencode({'na': str(following)})}" if following else None,
    )
    waiting = await loads.waiting_by_team(desk.session, desk.person, now)
    people = await loads.work_by_person(desk.session, desk.person, now)
    known = {load.team: load for load in waiting}
    slugs = list(desk.runtime.catalogue.teams) if desk.person.role is Role.COORDINATOR else [desk.person.team]
    teams = [known.get(slug) or loads.TeamLoad(slug, 0, 0, 0) for slug in slugs]
    if None in known and None not in slugs:
        teams.insert(0, known[None])
    stand = stand_of(desk, [section], teams, people)
    here = {**({"na": after} if after else {}), "stand": stand}
    return {
        "sections": [section],
        "teams": teams,
        "people": people,
        "stand": stand,
        "address": f"{WORK}/team/lijst?{urlencode(here)}",
        "first_page": f"{WORK}/team" if after else None,
    }
