"""Turns templates into pages: one set of rules for the site and the workspace."""

from __future__ import annotations

import re

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.templating import Jinja2Templates

from api.settings import ROOT

WEB_FILES = ROOT / "web" / "dist"


def dialable(phone: str) -> str:
    """The number as a `tel:` link wants it: digits, and a plus in front of a country code."""
    return re.sub(r"[^\d+]", "", phone)


def static(name: str) -> str:
    """The address of a built file. The version makes a browser fetch it again when it has changed, and only then."""
    path = WEB_FILES / name
    version = f"?v={path.stat().st_mtime_ns:x}" if path.exists() else ""
    return f"/static/{name}{version}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader([ROOT / "api" / room / "templates" for room in ("site", "workspace", "insight")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["dialable"] = dialable
    environment.globals["static"] = static
    return environment


templates = Jinja2Templates(env=_environment())
