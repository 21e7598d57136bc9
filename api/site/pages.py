"""What residents open: the demo site, the chat page, what we do with their data, and the widget for other sites."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse

from api import clock
from api.dependencies import RuntimeDep
from api.errors import NotFound
from api.rendering import WEB_FILES
from api.site.opening import opening
from api.site.showing import NO_STORE, show
from organisation.wording import DUTCH

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
        **NO_STORE,
    }


@router.get("/")
async def home(request: Request, runtime: RuntimeDep) -> Response:
    """The site of the organisation, with the widget on it as on any other site."""
    return show(request, runtime, "home.html")


@router.get("/chat")
async def chat(
    request: Request, runtime: RuntimeDep, embed: bool = False, taal: Annotated[str, Query(max_length=10)] = DUTCH
) -> Response:
    """The chat as a page of its own, or bare for the frame of the widget; `taal` is the language it begins in."""
    known = runtime.catalogue.languages
    languages = [
        {
            "code": language.code,
            "name": language.name,
            "direction": language.direction,
            "whole": language.whole,
            "reviewed": language.reviewed,
        }
        for language in known.values()
    ]
    return show(
        request,
        runtime,
        "chat.html",
        chat_headers(runtime.settings.widget_sites),
        embedded=embed,
        language=taal if taal in known else DUTCH,
        languages=json.dumps(languages, ensure_ascii=False),
    )


@router.get("/chat/states")
async def states(request: Request, runtime: RuntimeDep) -> Response:
    """Every state of the chat side by side, for designers. Not where residents are. Raises `NotFound` there."""
    if runtime.settings.production:
        raise NotFound("Op dit adres is niets.")
    return show(request, runtime, "states.html")


@router.get("/hulp")
async def services(request: Request, runtime: RuntimeDep) -> Response:
    """Everything we help with."""
    return show(request, runtime, "services.html")


@router.get("/hulp/{slug}")
async def service(request: Request, runtime: RuntimeDep, slug: str) -> Response:
    """One kind of help. Raises `NotFound` for one we do not have."""
    catalogue = runtime.catalogue
    if slug not in catalogue.services:
        raise NotFound("Deze hulp kennen wij niet. Kijk op /hulp wat wij doen.")
    elsewhere = [(area.name, area.referrals[slug]) for area in catalogue.areas.values() if slug in area.referrals]
    return show(request, runtime, "service.html", service=catalogue.services[slug], elsewhere=elsewhere)


@router.get("/over-ons")
async def about(request: Request, runtime: RuntimeDep) -> Response:
    """Who we are and how we work."""
    return show(request, runtime, "about.html")


@router.get("/contact")
async def contact(request: Request, runtime: RuntimeDep) -> Response:
    """How to reach us, and whether somebody is there now."""
    return show(request, runtime, "contact.html", now=opening(runtime.catalogue.organisation, clock.now()))


@router.get("/toegankelijkheid")
async def accessibility(request: Request, runtime: RuntimeDep) -> Response:
    """What we did so that everybody can use this, and what we do not know yet."""
    return show(request, runtime, "accessibility.html")


@router.get("/privacy")
async def privacy(request: Request, runtime: RuntimeDep) -> Response:
    """What happens with what a resident tells."""
    return show(request, runtime, "privacy.html")


@router.get("/widget.js")
async def widget() -> Response:
    """The one file that other sites load. Raises `NotFound` when the web files were not built."""
    path = WEB_FILES / "widget.js"
    if not path.exists():
        raise NotFound("De webbestanden zijn nog niet gebouwd. Voer `make install` uit.")
    return FileResponse(path, media_type="text/javascript", headers=WIDGET_HEADERS)
