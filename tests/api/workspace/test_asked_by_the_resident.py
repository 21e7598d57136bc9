"""On the page of a question: referring to another organisation, and what the resident may ask: take everything along, erase it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from api.conversations.models import Conversation
from api.dependencies import Runtime
from api.intakes.models import Intake
from api.people.models import Role
from api.privacy.models import AuditEvent
from tests.api.people_at_work import Resident, hand_over
from tests.api.workspace.conftest import AtDesk, text_of

Desks = Callable[..., Awaitable[AtDesk]]
STORY = "De huur is twee maanden niet betaald."
OTHER: dict[str, Any] = {"name": "Juridisch Loket", "phone": "0800 8020"}


@pytest.fixture
async def asked(resident: Resident) -> dict[str, Any]:
    response = await hand_over(resident, contact={"name": "Truus Bakker", "phone": "06 12 34 56 78"})
    return dict(response.json())


@pytest.fixture
async def sanne(at_desk: Desks, asked: dict[str, Any]) -> AtDesk:
    """The professional who helps."""
    sanne = await at_desk("gemert", name="Sanne de Wit")
    assert (await sanne.send(f"/vragen/{asked['id']}/oppakken")).status_code == 303
    return sanne


async def verbs(runtime: Runtime, verb: str) -> list[AuditEvent]:
    async with runtime.database.read() as session:
        rows = await session.scalars(select(AuditEvent).where(AuditEvent.verb == verb).order_by(AuditEvent.seq))
        return list(rows)


async def test_resident_hears_to_whom_they_are_referred(
    asked: dict[str, Any], sanne: AtDesk, resident: Resident
) -> None:
    page = f"/vragen/{asked['id']}"
    response = await sanne.send(f"{page}/doorverwijzen", **OTHER, note="Gebeld, zij weten ervan.")
    assert response.headers["Location"] == f"/werk{page}?melding=doorverwezen"
    told = (await resident.messages())[-1]["text"]
    assert "Sanne de Wit verwijst u door naar Juridisch Loket." in told
    assert "0800 8020" in told
    after = text_of(await sanne.get(page))
    assert "Doorverwezen naar Juridisch Loket" in after
    assert "Gebeld, zij weten ervan." in after
    assert "Afgesloten: doorverwezen" in after


async def test_organisation_of_the_list_needs_no_typing(resident: Resident, at_desk: Desks, runtime: Runtime) -> None:
    # Youth work in Gemert-Bakel is done by somebody else: the catalogue says by whom.
    question = (await hand_over(resident, service="jongerenwerk")).json()
    sanne, page = await at_desk("gemert", name="Sanne de Wit"), f"/vragen/{question['id']}"
    await sanne.send(f"{page}/oppakken")
    [other] = runtime.catalogue.areas["gemert-bakel"].referrals.values()
    shown = await sanne.get(page)
    assert f'<option value="{other.name}" selected>' in shown.text
    await sanne.send(f"{page}/doorverwijzen", known=other.name, consent="1")
    assert other.name in (await resident.messages())[-1]["text"]
    assert f"Doorverwezen naar {other.name}" in text_of(await sanne.get(page))


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({}, "name", "Vul in naar welke organisatie u doorverwijst."),
        ({"name": "Juridisch Loket"}, "phone", "Vul in hoe de organisatie te bereiken is"),
        ({"known": "Bestaat niet"}, "known", "Kies een organisatie uit de lijst"),
        ({**OTHER, "note": "x" * 5000}, "note", "Schrijf een notitie van ten hoogste"),
    ],
)
async def test_unfinished_referral_is_said_at_the_field_and_loses_nothing(
    asked: dict[str, Any], sanne: AtDesk, resident: Resident, fields: dict[str, Any], field: str, sentence: str
) -> None:
    before = len(await resident.messages())
    response = await sanne.send(f"/vragen/{asked['id']}/doorverwijzen", **fields)
    assert response.status_code == 400
    assert sentence in text_of(response)
    assert f'href="#doorverwijzen-{field}"' in response.text
    for typed in fields.values():
        assert typed in response.text or typed == "Bestaat niet"
    assert len(await resident.messages()) == before


async def test_referring_is_no_way_to_close_without_a_name(asked: dict[str, Any], sanne: AtDesk) -> None:
    response = await sanne.send(f"/vragen/{asked['id']}/afsluiten", outcome="referred")
    assert response.status_code == 400
    assert "Kies hoe het is afgelopen." in text_of(response)


async def test_website_that_is_no_address_is_no_link(asked: dict[str, Any], sanne: AtDesk) -> None:
    page = f"/vragen/{asked['id']}"
    await sanne.send(f"{page}/doorverwijzen", name="Loket", website="javascript:alert(1)")
    assert 'href="javascript' not in (await sanne.get(page)).text


async def test_resident_takes_everything_along(asked: dict[str, Any], sanne: AtDesk, runtime: Runtime) -> None:
    file = await sanne.get(f"/vragen/{asked['id']}/gegevens")
    assert file.headers["Content-Disposition"] == f'attachment; filename="gegevens-{asked["reference"]}.json"'
    assert file.headers["Cache-Control"] == "no-store"
    assert file.json()["intakes"][0]["summary"] == STORY
    assert [row.actor for row in await verbs(runtime, "exported")] == [str(sanne.professional.id)]


async def test_everything_is_erased_when_the_resident_asks(
    asked: dict[str, Any], sanne: AtDesk, runtime: Runtime
) -> None:
    response = await sanne.send(f"/vragen/{asked['id']}/wissen", reason="vroeg het aan de balie", sure="1")
    assert response.headers["Location"] == "/werk/mijn?melding=gewist"
    async with runtime.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Intake)) == 0
        assert await session.scalar(select(func.count()).select_from(Conversation)) == 0
    assert (await sanne.get(f"/vragen/{asked['id']}")).status_code == 404
    assert "vroeg het aan de balie" in {row.reason for row in await verbs(runtime, "erased")}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reason": "ja", "sure": "1"}, "Schrijf op hoe u weet dat de inwoner dit vraagt"),
        ({"reason": "vroeg het aan de balie"}, "Kruis aan dat u het zeker weet."),
    ],
)
async def test_nothing_is_erased_by_accident(
    asked: dict[str, Any], sanne: AtDesk, fields: dict[str, Any], sentence: str
) -> None:
    response = await sanne.send(f"/vragen/{asked['id']}/wissen", **fields)
    assert response.status_code == 400
    assert sentence in text_of(response)
    assert STORY in (await sanne.get(f"/vragen/{asked['id']}")).text


@pytest.mark.parametrize("who", ["colleague", "coordinator", "volunteer", "privacy_officer"])
async def test_only_who_helps_does_this(
    asked: dict[str, Any], sanne: AtDesk, at_desk: Desks, who: str, runtime: Runtime
) -> None:
    role = Role.PROFESSIONAL if who == "colleague" else Role(who)
    other = await at_desk("gemert" if who in {"colleague", "volunteer"} else None, role, name="Een ander")
    page = f"/vragen/{asked['id']}"
    answers = [
        await other.get(f"{page}/gegevens"),
        await other.send(f"{page}/wissen", reason="vroeg het aan de balie", sure="1"),
        await other.send(f"{page}/doorverwijzen", **OTHER),
    ]
    assert {answer.status_code for answer in answers} <= {403, 404}
    assert all(STORY not in answer.text for answer in answers)
    assert await verbs(runtime, "exported") + await verbs(runtime, "erased") == []
    assert STORY in (await sanne.get(page)).text
