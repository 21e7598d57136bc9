"""How a page of the site is made: the catalogue at hand, and the headers it needs."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from api.dependencies import Runtime, get_runtime
from api.rendering import templates
from api.site.wording import local_time, moment, opening_hours, state_of, with_phone_links

# Whoever comes after on this computer does not get the page back from the browser's store. Forms need an `Origin`, and with
# `no-referrer` browsers would send `null`.
NO_STORE = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}


def show(
    request: Request,
    runtime: Runtime,
    template: str,
    headers: dict[str, str] | None = None,
    status: int = 200,
    **context: Any,
) -> Response:
    """A page of the site."""
    catalogue = runtime.catalogue
    context |= {
        "organisation": catalogue.organisation,
        "catalogue": catalogue,
        "hours": opening_hours(catalogue.organisation.hours),
        "local_time": local_time,
        "moment": moment,
        "state_of": state_of,
        "with_phone_links": with_phone_links,
    }
    return templates.TemplateResponse(request, f"site/{template}", context, status, headers=headers)


def error_page(request: Request, status: int, title: str, detail: str) -> Response:
    """An error as a resident can read it."""
    return show(request, get_runtime(request), "formulier/fout.html", NO_STORE, status, title=title, detail=detail)
