"""The queue: who asks for help and has nobody yet, what presses most first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, unquote, urlencode

from fastapi import APIRouter, Depends, Query, Response

from api.intakes import queues
from api.intakes.models import Urgency
from api.intakes.paging import PAGE, Place
from api.intakes.schemas import IntakeFilter
from api.people.models import Role
from api.workspace.desk import WORK, Desk, ReadDesk, go_to
from api.workspace.lists import Section, Stand, news_of, row_for, stand_of
from api.workspace.wording import URGENCIES

router = APIRouter(prefix=WORK)

READERS = frozenset({Role.PROFESSIONAL, Role.COORDINATOR})
FILTER_COOKIE = "werk_filter"
FILTER_DAYS = 180


@dataclass(frozen=True)
class Chosen:
    """What somebody filters on, as it stands in the address. What is not known there is no filter."""

    dienst: str = ""
    gebied: str = ""
    urgentie: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The same filter for a next address."""
        wanted = {"dienst": self.dienst, "gebied": self.gebied, "urgentie": self.urgentie}
        return {name: value for name, value in wanted.items() if value}

    @property
    def filter(self) -> IntakeFilter:
        """The filter that the repository knows."""
        urgency = Urgency(self.urgentie) if self.urgentie in set(Urgency) else None
        return IntakeFilter(service=self.dienst or None, area=self.gebied or None, urgency=urgency, taken=False)


Short = Annotated[str, Query(max_length=60)]


async def _chosen(dienst: Short = "", gebied: Short = "", urgentie: Short = "") -> Chosen:
    return Chosen(dienst, gebied, urgentie)


ChosenDep = Annotated[Chosen, Depends(_chosen)]
After = Annotated[str, Query(alias="na", max_length=120)]


@router.get("")
async def queue(desk: ReadDesk, chosen: ChosenDep, after: After = "") -> Response:
    """The whole page; a volunteer goes to what is shared, and for who reads no content there is a page that says so.

    A filter stays: a cookie brings it back when somebody comes from elsewhere. `filter=geen` lets it go.
    """
    if desk.person.role is Role.VOLUNTEER:
        return go_to(f"{WORK}/gedeeld")
    if desk.person.role not in READERS:
        return await desk.page("geen_inhoud.html")
    kept = unquote(desk.request.cookies.get(FILTER_COOKIE, ""))
    if kept and not desk.request.query_params.keys() - {"melding"}:
        said = desk.request.query_params.get("melding")
        return go_to(f"{WORK}?{kept}{f'&melding={quote(said)}' if said else ''}")
    catalogue = desk.runtime.catalogue
    response = await desk.page(
        "wachtrij.html",
        chosen=chosen,
        services=catalogue.services.values(),
        areas=[area for area in catalogue.areas.values() if desk.person.team in {None, area.team}],
        urgencies=URGENCIES,
        **await _queue(desk, chosen, after),
    )
    _keep(response, chosen)
    return response


@router.get("/wachtrij")
async def queue_news(desk: ReadDesk, chosen: ChosenDep, after: After = "", stand: Stand = "") -> Response:
    """The list alone, when it differs from what the page has (`stand`)."""
    return news_of(desk, "_wachtrij.html", stand, await _queue(desk, chosen, after))


def _keep(response: Response, chosen: Chosen) -> None:
    """Only names of the catalogue are kept, for the workspace alone."""
    if chosen.query:
        value, age = quote(urlencode(chosen.query)), FILTER_DAYS * 86_400
        response.set_cookie(FILTER_COOKIE, value, max_age=age, path=WORK, httponly=True, samesite="strict")
    else:
        response.delete_cookie(FILTER_COOKIE, path=WORK)


async def _queue(desk: Desk, chosen: Chosen, after: str) -> dict[str, Any]:
    place = Place.parse(after) if after else None
    intakes, following = await queues.queue(desk.session, desk.person, chosen.filter, place, PAGE)
    section = Section(
        "wachtend",
        "Nog niet opgepakt",
        "Met deze filters is er niets." if chosen.query else "Er wacht niemand. Alles is opgepakt.",
        [row_for(desk, intake) for intake in intakes],
        await queues.count(desk.session, desk.person, chosen.filter),
        waiting=True,
        next_page=f"{WORK}?{urlencode({**chosen.query, 'na': str(following)})}" if following else None,
    )
    stand = stand_of(desk, [section])
    here = {**chosen.query, **({"na": after} if after else {}), "stand": stand}
    return {
        "sections": [section],
        "stand": stand,
        "address": f"{WORK}/wachtrij?{urlencode(here)}",
        "first_page": f"{WORK}?{urlencode(chosen.query)}" if after else None,
    }
