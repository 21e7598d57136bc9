"""An administrator takes people on and off, and nobody else does."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from api.people.models import Role
from tests.api.workspace.conftest import AtDesk, text_of

Desks = Callable[..., Awaitable[AtDesk]]
NOOR: dict[str, Any] = {
    "name": "Noor de Bruin",
    "email": "noor@voordeur.example",
    "role": "professional",
    "team": "gemert",
}


@pytest.fixture
async def anouk(at_desk: Desks) -> AtDesk:
    return await at_desk(None, Role.ADMINISTRATOR, name="Anouk Claassen")


def password_on(page: httpx.Response) -> str:
    found = re.search(r'werk-eenmalig">([^<]+)<', page.text)
    assert found, text_of(page)
    return found[1]


async def test_new_person_signs_in_with_the_password_that_was_shown_once(
    anouk: AtDesk, client: httpx.AsyncClient
) -> None:
    page = await anouk.send("/medewerkers", **NOOR)
    password = password_on(page)
    assert password not in (await anouk.get("/medewerkers")).text
    form = {"email": NOOR["email"], "password": password, "naar": "/werk"}
    assert (await client.post("/werk/inloggen", data=form)).status_code == 303
    assert "eigen wachtwoord" in text_of(await client.get("/werk/account"))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "noor", "Vul een e-mailadres in"),
        ("name", " ", "Vul een naam in."),
        ("role", "baas", "Kies een rol."),
        ("team", "", "Kies een team"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    anouk: AtDesk, field: str, value: str, sentence: str
) -> None:
    page = await anouk.send("/medewerkers", **{**NOOR, field: value})
    assert page.status_code == 400
    assert sentence in text_of(page)
    assert ("Noor de Bruin" if field != "name" else "noor@voordeur.example") in page.text


async def test_who_does_not_work_here_any_more_is_out(at_desk: Desks, anouk: AtDesk) -> None:
    sanne = await at_desk("gemert", name="Sanne de Wit")
    path = f"/medewerkers/{sanne.professional.id}"
    assert (await anouk.send(f"{path}/werk", active="0")).status_code == 303
    assert (await sanne.get()).headers["Location"].startswith("/werk/inloggen")
    assert "werkt hier niet meer" in text_of(await anouk.get("/medewerkers"))


async def test_password_is_reset_and_shown_once(at_desk: Desks, anouk: AtDesk) -> None:
    sanne = await at_desk("gemert", name="Sanne de Wit")
    page = await anouk.send(f"/medewerkers/{sanne.professional.id}/wachtwoord")
    assert "Het wachtwoord van Sanne de Wit is nu" in text_of(page)
    assert password_on(page)


@pytest.mark.parametrize("role", [Role.PROFESSIONAL, Role.VOLUNTEER, Role.COORDINATOR, Role.PRIVACY_OFFICER])
async def test_people_are_for_administrators_only(at_desk: Desks, role: Role) -> None:
    somebody = await at_desk("gemert" if role in {Role.PROFESSIONAL, Role.VOLUNTEER} else None, role)
    assert (await somebody.get("/medewerkers")).status_code == 403
    assert (await somebody.send("/medewerkers", **NOOR)).status_code == 403
