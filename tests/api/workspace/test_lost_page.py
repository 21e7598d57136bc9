"""What did not arrive is shown to who can do something about it, without a word of it, and can be tried again there."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from api.case_systems import repository as case_rows
from api.case_systems.models import Delivery
from api.case_systems.models import DeliveryStatus as CaseStatus
from api.conversations.models import DeliveryStatus, Message, MessageDelivery
from api.dependencies import Runtime
from api.intakes.models import Intake
from api.people.models import Role
from api.privacy.models import AuditEvent
from tests.api.people_at_work import Resident, hand_over
from tests.api.workspace.conftest import AtDesk, text_of

Desks = Callable[..., Awaitable[AtDesk]]
PAGE = "/niet-aangekomen"
STORY = "De huur is twee maanden niet betaald."


@dataclass
class Lost:
    """A question of which a message and the delivery to another system did not arrive."""

    intake: dict[str, Any]
    message: str
    case: str


@pytest.fixture(autouse=True)
def _other_systems_do_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    # What is tried again stays as it is for the test to look at.
    async def nothing(*_: object) -> list[Delivery]:
        return []

    monkeypatch.setattr(case_rows, "take_due", nothing)


@pytest.fixture
async def lost(resident: Resident, runtime: Runtime) -> Lost:
    intake = (await hand_over(resident, contact={"name": "Truus Bakker"})).json()
    async with runtime.database.write() as session:
        message = (await session.scalars(select(Message).where(Message.conversation_id == resident.id))).first()
        assert message is not None
        row = await session.get(Intake, uuid.UUID(intake["id"]))
        assert row is not None
        delivery = MessageDelivery(
            conversation_id=resident.id,
            message_id=message.id,
            channel="telegram",
            seq=message.seq,
            status=DeliveryStatus.UNDELIVERABLE,
            reason="blocked",
            attempts=1,
        )
        case = Delivery(
            intake_id=row.id,
            reference=row.reference,
            system="zaken",
            name="Open Zaak",
            status=CaseStatus.FAILED,
            attempts=10,
            next_at=None,
            problem="HTTP 400: zaaktype",
        )
        session.add_all([delivery, case])
        await session.flush()
        return Lost(intake, str(delivery.id), str(case.id))


async def retried(runtime: Runtime) -> list[tuple[str, str | None]]:
    async with runtime.database.read() as session:
        rows = await session.scalars(select(AuditEvent).where(AuditEvent.verb == "retried").order_by(AuditEvent.seq))
        return [(row.object_kind, row.object_id) for row in rows]


async def test_coordinator_sees_what_did_not_arrive_and_why(at_desk: Desks, lost: Lost) -> None:
    riet = await at_desk(None, Role.COORDINATOR)
    page = await riet.get(PAGE)
    read = text_of(page)
    for part in (
        "Bericht via Telegram",
        "De inwoner heeft Voordeur daar geblokkeerd.",
        "Naar Open Zaak",
        "HTTP 400: zaaktype",
        lost.intake["reference"],
        "Team Gemert-Bakel",
        "Niet aangekomen 2",  # in the bar
    ):
        assert part in read, part
    assert STORY not in read
    assert "Truus" not in read


async def test_administrator_sees_the_other_systems_and_no_question(at_desk: Desks, lost: Lost) -> None:
    anouk = await at_desk(None, Role.ADMINISTRATOR)
    page = await anouk.get(PAGE)
    assert "Naar Open Zaak" in text_of(page)
    assert "Niet aangekomen 1" in text_of(page)
    assert "Telegram" not in text_of(page)
    assert lost.intake["id"] not in page.text


@pytest.mark.parametrize("role", [Role.PROFESSIONAL, Role.VOLUNTEER, Role.PRIVACY_OFFICER])
async def test_nobody_else_sees_it_or_tries_again(at_desk: Desks, lost: Lost, role: Role, runtime: Runtime) -> None:
    other = await at_desk("gemert" if role in {Role.PROFESSIONAL, Role.VOLUNTEER} else None, role)
    assert (await other.get(PAGE)).status_code == 403
    assert (await other.get(f"{PAGE}/lijst")).status_code == 403
    assert (await other.send(f"{PAGE}/doorgestuurd/{lost.case}")).status_code == 403
    assert (await other.send(f"{PAGE}/berichten/{lost.message}")).status_code == 404
    assert await retried(runtime) == []


async def test_both_are_tried_again_and_that_is_logged(at_desk: Desks, lost: Lost, runtime: Runtime) -> None:
    riet = await at_desk(None, Role.COORDINATOR)
    for path in (f"berichten/{lost.message}", f"doorgestuurd/{lost.case}"):
        response = await riet.send(f"{PAGE}/{path}")
        assert response.headers["Location"] == f"/werk{PAGE}?melding=opnieuw"
    assert await retried(runtime) == [("message", lost.message), ("delivery", lost.case)]
    async with runtime.database.read() as session:
        message = (await session.scalars(select(MessageDelivery))).one()
        assert (message.status, message.reason) == (DeliveryStatus.QUEUED, None)
    assert "Alle berichten zijn aangekomen." in text_of(await riet.get(PAGE))
    # Who presses the button of an old page is told.
    again = await riet.send(f"{PAGE}/berichten/{lost.message}")
    assert again.status_code == 409
    assert "U hoeft niets te doen." in text_of(again)


async def test_page_asks_for_news_of_itself(at_desk: Desks, lost: Lost) -> None:
    riet = await at_desk(None, Role.COORDINATOR)
    stand = (await riet.get(PAGE)).text.partition("lijst?stand=")[2].partition('"')[0]
    assert (await riet.get(f"{PAGE}/lijst", htmx=True, stand=stand)).status_code == 204
    await riet.send(f"{PAGE}/berichten/{lost.message}")
    changed = await riet.get(f"{PAGE}/lijst", htmx=True, stand=stand)
    assert "Alle berichten zijn aangekomen." in text_of(changed)
    assert "<html" not in changed.text


async def test_who_helps_sees_it_with_the_question_and_tries_again(
    at_desk: Desks, lost: Lost, runtime: Runtime
) -> None:
    sanne, page = await at_desk("gemert"), f"/vragen/{lost.intake['id']}"
    for path in (f"berichten/{lost.message}", f"doorgestuurd/{lost.case}"):
        assert (await sanne.send(f"{page}/{path}")).status_code == 403  # not picked up yet
    await sanne.send(f"{page}/oppakken")
    read = text_of(await sanne.get(page))
    assert "Niet aangekomen. Neem contact op per telefoon of e-mail. Stuur opnieuw" in read
    assert "Open Zaak niet aangekomen" in read
    response = await sanne.send(f"{page}/berichten/{lost.message}")
    assert response.headers["Location"] == f"/werk{page}?melding=bericht-opnieuw#gesprek"
    response = await sanne.send(f"{page}/doorgestuurd/{lost.case}")
    assert response.headers["Location"] == f"/werk{page}?melding=doorgestuurd#kop-bezorgd"
    assert await retried(runtime) == [("message", lost.message), ("delivery", lost.case)]


async def test_who_helps_one_resident_tries_nothing_again_for_another(
    at_desk: Desks, lost: Lost, resident: Resident, runtime: Runtime
) -> None:
    other = (await hand_over(await Resident.arrive(resident.client))).json()
    sanne, page = await at_desk("gemert"), f"/vragen/{other['id']}"
    await sanne.send(f"{page}/oppakken")
    assert (await sanne.send(f"{page}/doorgestuurd/{lost.case}")).status_code == 404
    assert (await sanne.send(f"{page}/berichten/{lost.message}")).status_code == 404
    assert await retried(runtime) == []
