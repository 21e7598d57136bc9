"""Another organisation does it: the resident hears who and how to reach them; they hear of it only when the resident agreed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select

from api import clock
from api.case_systems.mail import ReferralMail
from api.case_systems.models import REFERRAL, Delivery, DeliveryStatus
from api.dependencies import Runtime
from api.mail import Mailer
from api.people.models import Role
from api.privacy.models import AuditEvent
from tests.api.case_systems.following import at_work
from tests.api.databases import both_databases
from tests.api.mail_server import MailServer, running_mail_server
from tests.api.people_at_work import Professional, Resident, hand_over

SignIn = Callable[..., Awaitable[Professional]]
GGZ = {"name": "GGZ Oost", "phone": "0492 00 00 20", "email": "aanmelden@ggz.example"}
KNOWN = "Jongerenwerk De Uitdaging"
AGREED = {"givenAt": "2026-11-25T10:00:00Z", "text": "Mogen wij uw vraag doorgeven aan De Uitdaging? - Ja, dat mag"}


@pytest.fixture
async def post(runtime: Runtime, socket_enabled: None) -> AsyncIterator[MailServer]:
    """A mail server that takes what goes to other organisations."""
    async with running_mail_server() as server:
        mailer = Mailer(server.address, "voordeur@delinde.example")
        runtime.delivering._systems = {REFERRAL: ReferralMail(runtime.catalogue.organisation, mailer)}
        yield server


async def in_hand(resident: Resident, sanne: Professional, **body: Any) -> str:
    """The path of a question that Sanne has."""
    path = f"/intakes/{(await hand_over(resident, summary='Mijn zoon gaat niet naar school', **body)).json()['id']}"
    await sanne.post(f"{path}/claim")
    return path


async def deliveries(runtime: Runtime) -> list[Delivery]:
    async with runtime.database.read() as session:
        return list((await session.scalars(select(Delivery))).all())


async def last_heard(resident: Resident) -> str:
    return str((await resident.messages())[-1]["text"])


@both_databases
async def test_who_agreed_is_made_known_by_a_mail_with_the_number_and_nothing_else(
    resident: Resident, runtime: Runtime, professional: SignIn, post: MailServer
) -> None:
    sanne = await professional("gemert")
    path = await in_hand(resident, sanne, contact={"name": "Truus", "phone": "0612345678"})
    referred = await sanne.post(f"{path}/refer", organisation=GGZ, consent=True, note="Gebeld met de intake daar.")
    assert referred.status_code == 200, referred.text
    whole = referred.json()
    assert (whole["status"], whole["outcome"], whole["referral"]["name"]) == ("closed", "referred", "GGZ Oost")
    assert whole["referral"]["consentAt"]
    assert (whole["history"][-1]["action"], whole["history"][-1]["detail"]) == ("referred", "GGZ Oost")
    assert whole["notes"][-1]["text"] == "Gebeld met de intake daar."
    row = await at_work(runtime)
    assert (row.status, row.name, row.problem) == (DeliveryStatus.DELIVERED, "GGZ Oost", None)
    (mail,) = post.received
    text = f"{mail['Subject']} {mail.get_content()}"
    assert mail["To"] == GGZ["email"]
    assert whole["reference"] in text
    assert runtime.catalogue.organisation.phone in text
    assert not [word for word in ("Truus", "0612345678", "zoon", "school", "Schuld") if word in text]
    said = await last_heard(resident)
    assert said.startswith("Sanne de Wit verwijst u door naar GGZ Oost. Zij horen van ons")
    assert "0492 00 00 20" in said


async def test_without_consent_only_the_resident_hears_of_it(
    resident: Resident, runtime: Runtime, professional: SignIn, post: MailServer
) -> None:
    sanne = await professional("gemert")
    path = await in_hand(resident, sanne)
    whole = (await sanne.post(f"{path}/refer", organisation=GGZ)).json()
    assert (whole["outcome"], whole["referral"]["consentAt"]) == ("referred", None)
    assert await deliveries(runtime) == []
    said = await last_heard(resident)
    assert "U kunt zelf contact opnemen: 0492 00 00 20, aanmelden@ggz.example." in said
    assert "horen van ons" not in said


async def test_consent_that_the_resident_gave_in_the_dialogue_counts_for_that_organisation_only(
    resident: Resident, runtime: Runtime, professional: SignIn
) -> None:
    sanne = await professional("gemert")
    path = await in_hand(resident, sanne, service="jongerenwerk", referralConsent=AGREED)
    first, *others = (await sanne.get(f"{path}/referrals")).json()["items"]
    assert (first["name"], first["consentText"], first["consentAt"]) == (KNOWN, None, AGREED["givenAt"])
    assert KNOWN not in [other["name"] for other in others]
    elsewhere = (await sanne.post(f"{path}/refer", organisation=GGZ)).json()
    assert (elsewhere["referral"]["name"], elsewhere["referral"]["consentAt"]) == ("GGZ Oost", None)
    assert await deliveries(runtime) == []


async def test_organisation_of_the_catalogue_needs_no_writing_over(resident: Resident, professional: SignIn) -> None:
    sanne = await professional("gemert")
    path = await in_hand(resident, sanne, service="jongerenwerk", referralConsent=AGREED)
    before = (await sanne.get(path)).json()["referral"]
    assert before["phone"]
    assert before["consentText"] == AGREED["text"]
    whole = (await sanne.post(f"{path}/refer", organisation=None)).json()
    assert whole["referral"] == before
    assert (await last_heard(resident)).startswith(f"Sanne de Wit verwijst u door naar {KNOWN}. Zij horen van ons")


async def test_referring_needs_somebody_to_refer_to_who_can_be_reached(
    resident: Resident, professional: SignIn
) -> None:
    sanne, nora = await professional("gemert"), await professional("gemert", name="Nora")
    path = await in_hand(resident, sanne)
    nobody = await sanne.post(f"{path}/refer", organisation=None)
    assert (nobody.status_code, "Vul in naar wie" in nobody.json()["detail"]) == (400, True)
    assert (await sanne.post(f"{path}/refer", organisation={"name": "GGZ"})).status_code in {400, 422}
    assert (await nora.post(f"{path}/refer", organisation=GGZ)).status_code == 403
    await sanne.post(f"{path}/refer", organisation=GGZ)
    assert (await sanne.post(f"{path}/refer", organisation=GGZ)).status_code == 409


async def test_mail_that_does_not_arrive_is_seen_by_the_coordinator(
    resident: Resident, runtime: Runtime, professional: SignIn, post: MailServer
) -> None:
    post.refuse[GGZ["email"]] = "550 no such user"
    sanne, riet = await professional("gemert"), await professional(None, Role.COORDINATOR, name="Riet")
    path = await in_hand(resident, sanne)
    await sanne.post(f"{path}/refer", organisation=GGZ, consent=True)
    row = await at_work(runtime)
    assert (row.status, row.problem) == (DeliveryStatus.FAILED, "receiver refused [550]")
    (item,) = (await riet.get("/deliveries")).json()["items"]
    assert (item["system"], item["name"]) == (REFERRAL, "GGZ Oost")
    post.refuse.clear()
    await riet.post(f"/deliveries/{row.id}/retry")
    assert (await at_work(runtime)).status is DeliveryStatus.DELIVERED


async def test_who_is_referred_on_after_all_is_made_known_there(
    resident: Resident, runtime: Runtime, professional: SignIn, post: MailServer
) -> None:
    sanne = await professional("gemert")
    path = await in_hand(resident, sanne)
    await sanne.post(f"{path}/refer", organisation=GGZ, consent=True)
    await at_work(runtime)
    await sanne.post(f"{path}/reopen", note="Zij nemen niemand aan.")
    other = {"name": "MEE", "email": "post@mee.example"}
    assert (await sanne.post(f"{path}/refer", organisation=other, consent=True)).status_code == 200
    row = await at_work(runtime)
    assert (row.name, row.status) == ("MEE", DeliveryStatus.DELIVERED)
    assert [mail["To"] for mail in post.received] == [GGZ["email"], "post@mee.example"]


async def test_referring_is_in_the_audit_log(resident: Resident, runtime: Runtime, professional: SignIn) -> None:
    sanne = await professional("gemert")
    before = clock.now()
    path = await in_hand(resident, sanne)
    await sanne.post(f"{path}/refer", organisation=GGZ)
    async with runtime.database.read() as session:
        lines = (await session.scalars(select(AuditEvent).where(AuditEvent.verb == "referred"))).all()
    assert [(line.actor, line.changed_from, line.changed_to) for line in lines] == [
        (str(sanne.id), "claimed", "closed")
    ]
    assert lines[0].at >= before
