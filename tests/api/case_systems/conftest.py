"""An organisation of which everything also goes to another case system, and that system."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.requests import Request

from api.settings import ROOT, Settings
from tests.api.case_systems.following import CALLBACK, NAME
from tests.case_systems import open_klant, open_zaak
from tests.case_systems.open_klant import OpenKlant
from tests.case_systems.open_zaak import OpenZaak
from tests.case_systems.serving import StandIn


class Inbox(StandIn):
    """Takes any message."""

    async def answer(self, request: Request, body: Any) -> tuple[int, Any]:
        return 200, {}


@pytest.fixture(params=["openklant", "openzaak"])
def system(request: pytest.FixtureRequest) -> str:
    """Which other system there is."""
    return str(request.param)


@pytest.fixture
async def server(system: str, socket_enabled: None) -> AsyncIterator[StandIn]:
    """That system."""
    makes: dict[str, type[StandIn]] = {"openklant": OpenKlant, "openzaak": OpenZaak, "webhook": Inbox}
    async with makes[system]().running() as running:
        yield running


@pytest.fixture
def settings(
    settings: Settings, server: StandIn, system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """An organisation that sends everything to that system, where people work."""
    folder = tmp_path / "catalogue"
    shutil.copytree(ROOT / "catalogue" / "demo", folder)
    there: dict[str, Any] = {"name": NAME, "tell_resident": True}
    if system == "openklant":
        actor = {"name": "Team Gemert-Bakel", "object_type": "grp", "object_id": "team-gemert"}
        there |= {"kind": "openklant", "address": f"{server.address}{open_klant.BASE}", "actor": actor}
        monkeypatch.setenv("VOORDEUR_SECRET_ANDER", open_klant.TOKEN)
    elif system == "webhook":
        there |= {"kind": "webhook", "address": server.address}
        monkeypatch.setenv("VOORDEUR_SECRET_ANDER", "a key to sign with of 32 characters")
    else:
        there |= {"kind": "zaken", "address": server.address, "case_type": open_zaak.CASE_TYPE}
        there |= {"organisation": open_zaak.RSIN, "client_id": open_zaak.CLIENT}
        monkeypatch.setenv("VOORDEUR_SECRET_ANDER", open_zaak.SECRET)
    monkeypatch.setenv("VOORDEUR_SECRET_ANDER_CALLBACK", CALLBACK)
    data = {"systems": {"ander": there}, "routes": [{"systems": ["ander"]}]}
    (folder / "case_systems.yml").write_text(yaml.safe_dump(data), encoding="utf-8")
    return settings.model_copy(update={"catalogue": folder})
