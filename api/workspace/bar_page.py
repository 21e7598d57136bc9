"""The bar by itself: every page asks for it again when there is news."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Header, Response

from api.workspace.bar import bar_for
from api.workspace.desk import WORK, ReadDesk

router = APIRouter(prefix=WORK)


@router.get("/balk")
async def bar_news(desk: ReadDesk, current: Annotated[str, Header(alias="HX-Current-URL")] = "") -> Response:
    """The bar as it is now, for the page that asks."""
    return desk.part("_balk.html", bar=await bar_for(desk.session, desk.person), here=urlsplit(current).path)
