"""An intake is made once, by our own processes only, from what the vault holds; the resident looks it up and takes it back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from api.dependencies import Runtime
from api.intakes.models import Intake, Note
from tests.api.databases import both_databases
from tests.api.people_at_work import Professional, Resident, hand_over

SignIn = Callable[..., Awaitable[Professional]]
KEY = "conversation-of-today:0"
OWN_FIELDS = {"reference", "service", "status", "dueAt", "createdAt"}
STORY = "De huur is twee maanden niet betaald."


async def row_of(runtime: Runtime, reference: str) -> Intake:
    async with runtime.database.read() as session:
        return (await session.scalars(select(Intake).where(Intake.reference == reference))).one()


async def withdraw(resident: Resident) -> int:
    return (await resident.client.delete(f"{resident.path}/intake", headers=resident.headers)).status_code


@pytest.mark.parametrize("token", [None, "wrong", "", "service-token-for-test", "sérvice"])
async def test_only_our_own_processes_make_an_intake(resident: Resident, token: str | None) -> None:
    headers = [(b"Idempotency-Key", KEY.encode())]
    if token is not None:
        headers.append((b"Authorization", f"Bearer {token}".encode()))
    body = {"conversationId": str(resident.id), "summary": STORY}
    response = await resident.client.post("/api/v1/intakes", headers=headers, json=body)
    assert response.status_code == 401
    assert response.json()["title"] == "U bent niet ingelogd"


async def test_token_of_a_resident_or_a_cookie_makes_no_intake(resident: Resident, professional: SignIn) -> None:
    body = {"conversationId": str(resident.id), "summary": STORY}
    headers = {**resident.headers, "Idempotency-Key": KEY}
    assert (await resident.client.post("/api/v1/intakes", headers=headers, json=body)).status_code == 401
    assert (await (await professional()).post("/intakes", **body)).status_code == 401


async def test_intake_needs_a_key_of_its_maker(resident: Resident) -> None:
    headers = {"Authorization": "Bearer service-token-for-tests"}
    body = {"conversationId": str(resident.id), "summary": STORY}
    for key in ({}, {"Idempotency-Key": "short"}, {"Idempotency-Key": "a" * 201}):
        response = await resident.client.post("/api/v1/intakes", headers=headers | key, json=body)
        assert response.status_code == 400


async def test_same_key_gives_the_same_intake(resident: Resident) -> None:
    first = await hand_over(resident, KEY)
    again = await hand_over(resident, KEY, summary="iets anders")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


@both_databases
async def test_same_key_many_times_at_once_is_one_intake(resident: Resident, runtime: Runtime) -> None:
    responses = await asyncio.gather(*(hand_over(resident, KEY) for _ in range(8)))
    assert sorted(response.status_code for response in responses) == [200] * 7 + [201]
    assert len({response.json()["reference"] for response in responses}) == 1
    async with runtime.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Intake)) == 1


async def test_other_key_is_another_intake(resident: Resident) -> None:
    references = {(await hand_over(resident)).json()["reference"] for _ in range(5)}
    assert len(references) == 5


@pytest.mark.parametrize("body", [{"service": "toverij"}, {"also": ["taalhuis", "toverij"]}])
async def test_unknown_service_is_refused_with_the_list(
    resident: Resident, runtime: Runtime, body: dict[str, Any]
) -> None:
    response = await hand_over(resident, **body)
    assert response.status_code == 400
    detail = response.json()["detail"]
    assert "toverij" in detail
    assert all(slug in detail for slug in runtime.catalogue.services)


async def test_person_can_be_asked_for_without_a_service(resident: Resident) -> None:
    response = await hand_over(resident, service=None)
    assert response.status_code == 201
    assert response.json()["service"] is None


async def test_unknown_conversation_is_not_found(resident: Resident) -> None:
    response = await hand_over(resident, conversationId="00000000-0000-4000-8000-000000000000")
    assert response.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"summary": " "},
        {"summary": "a" * 4001},
        {"urgency": "very"},
        {"consent": {"givenAt": "2026-11-22T09:00:00", "text": "Ja"}},
        {"consent": {"givenAt": "gisteren", "text": "Ja"}},
        {"contact": {"phone": "1" * 201}},
        {"colour": "red"},
    ],
)
async def test_what_we_do_not_understand_is_a_bad_request(resident: Resident, body: dict[str, Any]) -> None:
    response = await hand_over(resident, **body)
    assert response.status_code == 400, response.text
    assert response.json()["errors"][0]["name"].startswith(next(iter(body)))


async def test_placeholders_are_filled_in_from_the_vault(resident: Resident, professional: SignIn) -> None:
    await resident.say("bel 06-12345678 of mail fatima@inwoner.example, ik woon op Kerkstraat 12")
    await resident.answered()
    contact = {"phone": "⟨telefoon-1⟩", "email": "⟨email-1⟩", "preference": "liever ⟨email-1⟩", "name": "⟨naam-7⟩"}
    made = await hand_over(resident, summary="Bel ⟨telefoon-1⟩ over de huur.", contact=contact)
    intake = (await (await professional()).post(f"/intakes/{made.json()['id']}/claim")).json()
    assert intake["summary"] == "Bel 06-12345678 over de huur."
    assert intake["contact"] == {
        "phone": "06-12345678",
        "email": "fatima@inwoner.example",
        "preference": "liever fatima@inwoner.example",
        "name": "⟨naam-7⟩",
        "channel": "web",
    }


async def test_what_the_vault_holds_does_not_go_back_to_the_assistant(resident: Resident) -> None:
    await resident.say("bel 06-12345678")
    await resident.answered()
    made = await hand_over(resident, KEY, summary="Bel ⟨telefoon-1⟩", contact={"phone": "⟨telefoon-1⟩"})
    again = await hand_over(resident, KEY)
    assert "12345678" not in made.text + again.text


async def test_vault_of_another_conversation_stays_closed(resident: Resident, professional: SignIn) -> None:
    await resident.say("bel 06-12345678")
    await resident.answered()
    other = await Resident.arrive(resident.client)
    made = await hand_over(other, summary="Bel ⟨telefoon-1⟩")
    intake = (await (await professional()).post(f"/intakes/{made.json()['id']}/claim")).json()
    assert intake["summary"] == "Bel ⟨telefoon-1⟩"


async def test_reference_can_be_read_aloud(resident: Resident) -> None:
    for _ in range(20):
        reference = (await hand_over(resident)).json()["reference"]
        assert re.fullmatch(r"V-[A-Z2-9]{4}-[A-Z2-9]{4}", reference)
        assert not set("0O1IL") & set(reference[2:])


@pytest.mark.parametrize(
    ("place", "area", "team"),
    [
        ("Gemert", "gemert-bakel", "gemert"),
        ("ik woon in Bakel bij de kerk", "gemert-bakel", "gemert"),
        ("5691 AB", "son-en-breugel", "son"),
        ("Best", "best", "best"),
        ("Eindhoven", None, "centraal"),
        ("", None, "centraal"),
        (None, None, "centraal"),
    ],
)
async def test_place_decides_area_and_team(
    resident: Resident, place: str | None, area: str | None, team: str | None
) -> None:
    intake = (await hand_over(resident, place=place)).json()
    assert (intake["area"], intake["team"]) == (area, team)


async def test_place_in_the_vault_decides_too(resident: Resident) -> None:
    await resident.say("ik woon op 5421 AB 12")
    await resident.answered()
    assert (await hand_over(resident, place="5421 ⟨postcode-1⟩ ⟨adres-1⟩")).json()["team"] == "gemert"


async def test_resident_without_an_intake_hears_so(resident: Resident) -> None:
    response = await resident.client.get(f"{resident.path}/intake", headers=resident.headers)
    assert response.status_code == 404
    assert "nog niets doorgegeven" in response.json()["detail"]
    assert await withdraw(resident) == 404


async def test_resident_sees_how_the_last_intake_stands_and_no_more(resident: Resident) -> None:
    await hand_over(resident)
    made = (await hand_over(resident, service="taalhuis")).json()
    response = await resident.client.get(f"{resident.path}/intake", headers=resident.headers)
    assert response.status_code == 200
    assert set(response.json()) == OWN_FIELDS
    assert response.json() == {name: made[name] for name in OWN_FIELDS}


async def test_withdrawn_intake_has_no_content_any_more(
    resident: Resident, runtime: Runtime, professional: SignIn
) -> None:
    contact = {"name": "Truus Bakker", "phone": "0612345678", "email": "t@inwoner.example", "preference": "'s avonds"}
    made = (await hand_over(resident, contact=contact)).json()
    sanne = await professional()
    await sanne.post(f"/intakes/{made['id']}/claim")
    await sanne.post(f"/intakes/{made['id']}/notes", text="Truus belde over de huur")
    assert await withdraw(resident) == 204
    row = await row_of(runtime, made["reference"])
    assert row.status == "withdrawn"
    assert row.summary == ""
    assert {row.place, row.contact_name, row.contact_phone, row.contact_email, row.contact_preference} == {None}
    async with runtime.database.read() as session:
        assert (await session.scalars(select(Note))).all() == []


async def test_professional_sees_nothing_of_a_withdrawn_intake(resident: Resident, professional: SignIn) -> None:
    made = (await hand_over(resident)).json()
    sanne = await professional()
    await sanne.post(f"/intakes/{made['id']}/claim")
    await resident.say("ik heb spijt")
    assert await withdraw(resident) == 204
    response = await sanne.get(f"/intakes/{made['id']}")
    assert response.status_code == 403
    assert "ingetrokken" in response.json()["detail"]
    page = await sanne.client.get(f"/werk/vragen/{made['id']}")
    assert "ik heb spijt" not in page.text
    for action, body in (("reply", {"text": "x"}), ("notes", {"text": "x"}), ("claim", {})):
        assert (await sanne.post(f"/intakes/{made['id']}/{action}", **body)).status_code in {403, 409}
    assert (await sanne.get("/intakes")).json()["items"] == []


async def test_resident_hears_of_the_withdrawal_and_is_with_the_assistant_again(
    resident: Resident, professional: SignIn
) -> None:
    made = (await hand_over(resident)).json()
    await (await professional()).post(f"/intakes/{made['id']}/claim")
    await withdraw(resident)
    page = await resident.read()
    assert page["owner"] == "assistant"
    assert "ingetrokken" in page["messages"][-1]["text"]
    response = await resident.client.get(f"{resident.path}/intake", headers=resident.headers)
    assert response.json()["status"] == "withdrawn"


async def test_every_intake_of_the_conversation_is_withdrawn(resident: Resident, runtime: Runtime) -> None:
    made = [(await hand_over(resident)).json() for _ in range(2)]
    await withdraw(resident)
    for intake in made:
        assert (await row_of(runtime, intake["reference"])).status == "withdrawn"


async def test_erased_conversation_takes_its_intake_along(
    resident: Resident, runtime: Runtime, professional: SignIn
) -> None:
    made = (await hand_over(resident, contact={"name": "Truus Bakker"})).json()
    sanne = await professional()
    await sanne.post(f"/intakes/{made['id']}/claim")
    assert (await resident.client.delete(resident.path, headers=resident.headers)).status_code == 204
    row = await row_of(runtime, made["reference"])
    assert (row.status, row.summary, row.contact_name, row.conversation_id) == ("withdrawn", "", None, None)
    assert (await sanne.get(f"/intakes/{made['id']}")).status_code == 403
