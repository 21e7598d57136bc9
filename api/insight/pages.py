"""Inzicht: what is going on, for coordinators and administrators, without persons."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api import clock
from api.insight.service import insight
from api.workspace.desk import ReadDesk

INSIGHT = "/inzicht"

router = APIRouter(prefix=INSIGHT, include_in_schema=False)


@router.get("")
async def show_insight(desk: ReadDesk, wanted: Annotated[str, Query(alias="kwartaal", max_length=10)] = "") -> Response:
    """The page of one quarter."""
    found = await insight(desk.session, desk.runtime.catalogue, desk.person, wanted, clock.now())
    return await desk.page("inzicht.html", insight=found)
