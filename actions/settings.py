"""What the actions need to know about this installation."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from organisation import Catalogue, load_catalogue


@cache
def catalogue() -> Catalogue:
    """The organisation's own data, read once."""
    return load_catalogue(Path(os.environ.get("VOORDEUR_CATALOGUE", "catalogue/demo")))


def api_address() -> str:
    """Where our service listens."""
    return os.environ.get("VOORDEUR_API_URL", "http://127.0.0.1:8000")


def service_token() -> str:
    """The token that lets us make intakes. Raises `KeyError` when the installation has not set it."""
    return os.environ["VOORDEUR_SERVICE_TOKEN"]
