"""The own account: password, second factor, sessions, mail and absence, each with a sentence when something is wrong."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pyotp
import pytest

from api.dependencies import Runtime
from api.notices import repository as notices
from api.notices.models import NoticeKind
from api.people import repository as people
from api.people.models import Role
from tests.api.people_at_work import PASSWORD
from tests.api.workspace.conftest import AtDesk, text_of

Desks = Callable[..., Awaitable[AtDesk]]
NEW = "een heel nieuw wachtwoord van mij"


@pytest.fixture
async def sanne(at_desk: Desks) -> AtDesk:
    return await at_desk("gemert", name="Sanne de Wit")


async def test_account_is_there_for_every_role(at_desk: Desks) -> None:
    for role in Role:
        somebody = await at_desk("gemert" if role in {Role.PROFESSIONAL, Role.VOLUNTEER} else None, role)
        assert "Uw account" in text_of(await somebody.get("/account"))


async def test_password_changes_and_this_browser_goes_on(sanne: AtDesk) -> None:
    wrong = await sanne.send("/account/wachtwoord", current="niet dit", new=NEW)
    assert wrong.status_code == 400
    short = await sanne.send("/account/wachtwoord", current=PASSWORD, new="kort")
    assert short.status_code == 400
    done = await sanne.send("/account/wachtwoord", current=PASSWORD, new=NEW)
    assert done.status_code == 303
    assert "Uw wachtwoord is gewijzigd." in text_of(await sanne.get("/account", melding="wachtwoord"))


async def test_second_factor_is_set_up_with_an_app_and_gives_recovery_codes_once(sanne: AtDesk) -> None:
    setup = await sanne.send("/account/tweede-stap")
    secret = re.search(r"Letters: <code>(\w+)</code>", setup.text)
    assert secret and "<svg" in setup.text
    wrong = await sanne.send("/account/tweede-stap/bevestigen", code="000000")
    assert wrong.status_code == 400
    done = await sanne.send("/account/tweede-stap/bevestigen", code=pyotp.TOTP(secret[1]).now())
    assert len(re.findall(r"<li><code>[\w-]+</code></li>", done.text)) == 10
    later = await sanne.get("/account")
    assert "U heeft nog 10 herstelcodes." in text_of(later)
    assert secret[1] not in later.text
    assert (await sanne.send("/account/tweede-stap/uit", password="niet dit")).status_code == 400
    assert (await sanne.send("/account/tweede-stap/uit", password=PASSWORD)).status_code == 303


async def test_sessions_are_listed_and_can_be_ended(sanne: AtDesk, runtime: Runtime) -> None:
    page = await sanne.get("/account")
    assert "Deze browser" in text_of(page)
    response = await sanne.send("/account/sessies/7f9c24e8-3b12-4fef-91e0-4c1a9d1f2b3c")
    assert response.status_code == 303


async def test_mail_that_is_not_wanted_is_remembered(sanne: AtDesk, runtime: Runtime) -> None:
    assert "Er is geen mailserver ingesteld." in text_of(await sanne.get("/account"))
    await sanne.send("/account/berichten", wanted="daily")
    async with runtime.database.read() as session:
        unwanted = await notices.unwanted_by(session, sanne.professional.id)
    assert unwanted == {NoticeKind.NEW_QUESTION, NoticeKind.TRANSFERRED, NoticeKind.ESCALATED}
    assert 'value="daily" checked' in (await sanne.get("/account")).text


async def test_absence_is_kept_until_the_end_of_that_day(sanne: AtDesk, runtime: Runtime) -> None:
    assert (await sanne.send("/account/afwezig", until="gisteren")).status_code == 400
    assert (await sanne.send("/account/afwezig", until="2020-01-01")).status_code == 409
    assert (await sanne.send("/account/afwezig", until="2099-12-24")).status_code == 303
    assert 'value="2099-12-24"' in (await sanne.get("/account")).text
    await sanne.send("/account/afwezig", until="")
    async with runtime.database.read() as session:
        person = await people.get(session, sanne.professional.id)
    assert person is not None and person.away_until is None


@pytest.mark.parametrize("path", ["wachtwoord", "tweede-stap", "berichten", "afwezig"])
async def test_forms_need_the_token_of_the_page(sanne: AtDesk, path: str) -> None:
    assert (await sanne.send(f"/account/{path}", csrf="x")).status_code == 403


async def test_who_must_choose_a_password_first_comes_to_the_account_page(sanne: AtDesk, runtime: Runtime) -> None:
    async with runtime.database.write() as session:
        person = await people.get(session, sanne.professional.id)
        assert person is not None
        person.must_change_password = True
    sent = await sanne.get()
    assert (sent.status_code, sent.headers["Location"]) == (303, "/werk/account?melding=eerst-wachtwoord")
    assert "Kies eerst een eigen wachtwoord." in text_of(await sanne.get("/account", melding="eerst-wachtwoord"))
    assert (await sanne.professional.get("/intakes")).status_code == 403
    polled = await sanne.get("/balk", htmx=True)
    assert polled.status_code == 204
    assert "HX-Redirect" not in polled.headers


async def test_who_needs_a_second_factor_first_comes_to_the_account_page(
    sanne: AtDesk, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(runtime.settings), "second_factor_needed", True)
    assert (await sanne.get("/mijn")).headers["Location"] == "/werk/account?melding=eerst-tweede-stap"
    assert (await sanne.get("/account")).status_code == 200
