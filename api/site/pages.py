"""What residents open: the demo site, the chat page, what we do with their data, and the widget for other sites."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from api import dutch
from api.dependencies import Runtime, RuntimeDep
from api.errors import NotFound
from api.rendering import WEB_FILES, templates
from organisation.model import Hours

router = APIRouter(include_in_schema=False)

# Sites that isolate themselves (COEP) may load the widget too; a new version reaches every site within a day.
WIDGET_HEADERS = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}


def chat_headers(widget_sites: str) -> dict[str, str]:
    """The headers of the chat page: only our own site and those of `VOORDEUR_WIDGET_SITES` may show it in a frame."""
    ancestors = " ".join(["'self'", *widget_sites.split()])
    return {
        "Content-Security-Policy": (
            f"default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
        ),
        # Whoever comes after on this computer does not get the page back from the browser's store.
        "Cache-Control": "no-store",
    }


def opening_hours(hours: tuple[Hours, ...]) -> list[tuple[str, str]]:
    """Every day of the week with its hours in Dutch form, such as ("maandag", "9.00 – 17.00 uur"); a day without is closed."""
    names = dutch.weekdays()
    by_day = [[slot for slot in hours if slot.weekday == day] for day in range(len(names))]
    return [
        (name, " en ".join(f"{_clock(slot.opens)} – {_clock(slot.closes)} uur" for slot in slots) or "gesloten")
        for name, slots in zip(names, by_day, strict=True)
    ]


def _clock(time: dt.time) -> str:
    return f"{time.hour}.{time:%M}"


def _page(
    request: Request, runtime: Runtime, template: str, headers: dict[str, str] | None = None, **context: Any
) -> Response:
    catalogue = runtime.catalogue
    context |= {
        "organisation": catalogue.organisation,
        "catalogue": catalogue,
        "hours": opening_hours(catalogue.organisation.hours),
    }
    return templates.TemplateResponse(request, f"site/{template}", context, headers=headers)


@router.get("/")
async def home(request: Request, runtime: RuntimeDep) -> Response:
    """The site of the organisation, with the widget on it as on any other site."""
    return _page(request, runtime, "home.html")


@router.get("/chat")
async def chat(request: Request, runtime: RuntimeDep, embed: bool = False) -> Response:
    """The chat as a page of its own, or bare for the frame of the widget."""
    return _page(request, runtime, "chat.html", chat_headers(runtime.settings.widget_sites), embedded=embed)


@router.get("/privacy")
async def privacy(request: Request, runtime: RuntimeDep) -> Response:
    """What happens with what a resident tells."""
    return _page(request, runtime, "privacy.html")


@router.get("/widget.js")
async def widget() -> Response:
    """The one file that other sites load. Raises `NotFound` when the web files were not built."""
    path = WEB_FILES / "widget.js"
    if not path.exists():
        raise NotFound("De webbestanden zijn nog niet gebouwd. Voer `make install` uit.")
    return FileResponse(path, media_type="text/javascript", headers=WIDGET_HEADERS)
