"""A real browser goes to the organisation's own sign-in on another site, and comes back signed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from pydantic import SecretStr

from api.people.provider import Provider
from tests.api.people.work_accounts import BACK, CLIENT_ID, CLIENT_SECRET, WorkAccounts, work_accounts
from tests.pages.conftest import Visitors
from tests.pages.house import House


@pytest.fixture
def provider(house: House) -> Iterator[WorkAccounts]:
    """Another site than ours: a strict cookie does not travel along from it."""
    with work_accounts(house.address, host="localhost") as running:
        settings = house.runtime.settings.model_copy(
            update={
                "oidc_issuer": running.address,
                "oidc_client_id": CLIENT_ID,
                "oidc_client_secret": SecretStr(CLIENT_SECRET),
            }
        )
        house.runtime.provider = Provider(settings, f"{house.address}{BACK}")
        yield running
        house.runtime.provider = None


def test_browser_comes_back_signed_in_where_it_wanted_to_be(visit: Visitors, provider: WorkAccounts) -> None:
    page = visit("/werk/mijn")
    page.get_by_role("link", name="Inloggen met uw werkaccount").click()
    page.get_by_label("Account").fill("demo.gemert@voordeur.example")
    page.get_by_role("button", name="Verder").click()
    page.wait_for_url("**/werk/mijn")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mijn")
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_role("link", name="Ook uitloggen bij uw werkaccount")).to_be_visible()


def test_who_is_not_known_here_reads_what_to_do(visit: Visitors, provider: WorkAccounts) -> None:
    page = visit("/werk/inloggen", width=375)
    page.get_by_role("link", name="Inloggen met uw werkaccount").click()
    page.get_by_label("Account").fill("vreemde@elders.example")
    page.get_by_role("button", name="Verder").click()
    expect(page.locator("#inloggen-fout")).to_contain_text("Vraag uw beheerder")
