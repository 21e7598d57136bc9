"""An administrator sees what the catalogue says and lacks, how the installation does, and no secret."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from api.dependencies import Runtime
from api.people.models import Role
from api.settings import Settings
from api.workspace.administrator_pages import KEPT
from tests.api.conftest import FakeAssistant
from tests.api.people_at_work import Resident, hand_over
from tests.api.workspace.conftest import AtDesk, text_of

Desks = Callable[..., Awaitable[AtDesk]]
PAGES = ("/inrichting", "/systeem")


async def test_catalogue_is_shown_with_what_is_missing(at_desk: Desks, runtime: Runtime) -> None:
    anouk = await at_desk(None, Role.ADMINISTRATOR)
    await at_desk("gemert")
    read = text_of(await anouk.get("/inrichting"))
    catalogue = runtime.catalogue
    names = [service.name for service in catalogue.services.values()]
    names += [area.name for area in catalogue.areas.values()] + [team.name for team in catalogue.teams.values()]
    assert [name for name in names if name not in read] == []
    assert set(catalogue.retention_days) <= set(KEPT)
    for line in catalogue.help_lines.values():
        assert line.number in read
    assert "Team Best heeft geen professional" in read
    assert "Team Gemert-Bakel heeft geen professional" not in read
    assert "Er is geen coördinator" in read
    await at_desk(None, Role.COORDINATOR)
    assert "Er is geen coördinator" not in text_of(await anouk.get("/inrichting"))


async def test_system_says_what_does_not_answer_and_what_waits(
    at_desk: Desks, assistant: FakeAssistant, resident: Resident
) -> None:
    anouk = await at_desk(None, Role.ADMINISTRATOR)
    assert "Antwoordt niet." not in text_of(await anouk.get("/systeem"))
    assistant.down = True
    await at_desk("gemert")
    await hand_over(resident)  # somebody of the team gets a mail, and no mail server is set
    read = text_of(await anouk.get("/systeem"))
    assert "Antwoordt niet." in read
    assert "E-mails aan medewerkers 1" in read
    assert "E-mail uit" in read


async def test_no_secret_is_shown(at_desk: Desks, settings: Settings) -> None:
    anouk = await at_desk(None, Role.ADMINISTRATOR)
    for page in PAGES:
        shown = (await anouk.get(page)).text
        for secret in (settings.key, settings.service_token, str(settings.data)):
            assert secret and secret not in shown


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
async def test_these_pages_are_for_an_administrator_only(at_desk: Desks, role: Role) -> None:
    somebody = await at_desk("gemert" if role in {Role.PROFESSIONAL, Role.VOLUNTEER} else None, role)
    for page in PAGES:
        assert (await somebody.get(page)).status_code == 403
