"""Who is not signed in sees nothing; signing in and out goes with a form."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.api.people_at_work import PASSWORD, Professional
from tests.api.workspace.conftest import AtDesk, text_of

Desks = Callable[..., Awaitable[AtDesk]]
ANY_INTAKE = "/werk/vragen/7f9c24e8-3b12-4fef-91e0-4c1a9d1f2b3c"


@pytest.mark.parametrize("path", ["/werk", ANY_INTAKE])
async def test_page_sends_who_is_not_signed_in_to_the_form_and_back(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 303
    assert response.headers["Location"] == f"/werk/inloggen?naar={path}"


@pytest.mark.parametrize("path", ["/werk/wachtrij", f"{ANY_INTAKE}/nieuws"])
async def test_open_page_goes_to_the_form_once_its_session_ended(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path, headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == "/werk/inloggen"
    assert response.text == ""


async def test_wrong_password_stays_on_the_form_with_an_error(
    client: httpx.AsyncClient, professional: Callable[..., Awaitable[Professional]]
) -> None:
    email = (await professional()).email
    response = await client.post("/werk/inloggen", data={"email": email, "password": "niet mijn wachtwoord"})
    assert response.status_code == 401
    assert "E-mailadres of wachtwoord klopt niet." in text_of(response)
    assert f'value="{email}"' in response.text
    assert "niet mijn wachtwoord" not in response.text
    assert "Set-Cookie" not in response.headers


async def test_right_password_opens_the_page_that_was_asked_for(
    client: httpx.AsyncClient, professional: Callable[..., Awaitable[Professional]]
) -> None:
    email = (await professional()).email
    form = {"email": email, "password": PASSWORD, "naar": "/werk"}
    response = await client.post("/werk/inloggen", data=form)
    assert (response.status_code, response.headers["Location"]) == (303, "/werk")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert (await client.get("/werk")).status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://kwaad.example", "//kwaad.example", "/werk/../kwaad", "/inzichten"])
async def test_signing_in_never_leads_to_another_site(
    client: httpx.AsyncClient, professional: Callable[..., Awaitable[Professional]], elsewhere: str
) -> None:
    form = {"email": (await professional()).email, "password": PASSWORD, "naar": elsewhere}
    response = await client.post("/werk/inloggen", data=form)
    assert response.headers["Location"] == "/werk"


async def test_form_of_another_site_cannot_sign_somebody_in(
    client: httpx.AsyncClient, professional: Callable[..., Awaitable[Professional]]
) -> None:
    form = {"email": (await professional()).email, "password": PASSWORD}
    for origin, status in (("https://kwaad.example", 403), ("null", 403), ("http://voordeur.test", 303)):
        response = await client.post("/werk/inloggen", data=form, headers={"Origin": origin})
        assert response.status_code == status, origin


async def test_signing_out_ends_the_session(at_desk: Desks) -> None:
    sanne = await at_desk()
    response = await sanne.send("/uitloggen")
    assert response.headers["Location"] == "/werk/inloggen?melding=uitgelogd"
    assert (await sanne.get()).status_code == 303
    assert "U bent uitgelogd." in text_of(await sanne.get("/inloggen", melding="uitgelogd"))


async def test_pages_stay_out_of_stores_and_frames(at_desk: Desks, client: httpx.AsyncClient) -> None:
    sanne = await at_desk()
    for response in (
        await sanne.get(),
        await sanne.get("/wachtrij", htmx=True),
        await sanne.get("/bestaat-niet"),
        await client.get("/werk"),
        await client.get("/werk/inloggen"),
    ):
        assert response.headers["Cache-Control"] == "no-store"
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


async def test_error_is_a_page_and_not_json(at_desk: Desks) -> None:
    sanne = await at_desk()
    for path, status in (("/bestaat-niet", 404), ("/vragen/geen-nummer", 400), ("/uitloggen", 405)):
        response = await sanne.get(path)
        assert (response.status_code, response.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
        assert "Naar de wachtrij" in text_of(response)
