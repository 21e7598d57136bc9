"""People who work here get a mail when there is something to do; it says that there is, and never what."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select, update

from api.dependencies import Runtime
from api.intakes.escalation import NOBODY_THERE, Escalating
from api.intakes.models import Intake
from api.mail import Mailer
from api.notices import repository
from api.notices.models import Notice, NoticeKind, NoticeStatus
from api.notices.sending import NoticeSender
from api.notices.service import Notices
from api.people.models import Person, Role
from tests.api.databases import both_databases
from tests.api.mail_server import MailServer, running_mail_server
from tests.api.people_at_work import Professional, Resident, hand_over

SignIn = Callable[..., Awaitable[Professional]]
ADDRESS = "https://voordeur.delinde.example"
SECRETS = ("huur", "Truus", "06 12 34 56 78", "Schuldhulpverlening", "schuld")


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with running_mail_server() as server:
        yield server


@pytest.fixture
def sender(runtime: Runtime, server: MailServer) -> NoticeSender:
    mailer = Mailer(server.address, "voordeur@delinde.example")
    return NoticeSender(runtime.database, mailer, runtime.catalogue, ADDRESS)


async def asked(runtime: Runtime, resident: Resident, **body: Any) -> Intake:
    contact = {"name": "Truus", "phone": "06 12 34 56 78"}
    reference = (await hand_over(resident, contact=contact, **body)).json()["reference"]
    async with runtime.database.read() as session:
        return (await session.scalars(select(Intake).where(Intake.reference == reference))).one()


async def send_all(sender: NoticeSender) -> None:
    await sender.worker.take_due()
    await sender.worker.finished()


def to(server: MailServer) -> list[str]:
    return sorted(message["To"] for message in server.received)


def body_of(message: EmailMessage) -> str:
    content: str = message.get_content()
    return content


@both_databases
async def test_team_hears_of_a_new_question_without_a_word_of_it(
    runtime: Runtime, resident: Resident, professional: SignIn, sender: NoticeSender, server: MailServer
) -> None:
    sanne, fatima = await professional("gemert"), await professional("gemert")
    await professional("best")
    await professional(None, Role.COORDINATOR)
    intake = await asked(runtime, resident)
    await send_all(sender)
    assert to(server) == sorted([sanne.email, fatima.email])
    for message in server.received:
        assert intake.reference in body_of(message)
        assert f"{ADDRESS}/werk" in body_of(message)
        assert not [secret for secret in SECRETS if secret in message.as_string()]
    await send_all(sender)
    assert len(server.received) == 2


async def test_crisis_is_mailed_to_who_wants_no_mail_too(
    runtime: Runtime, resident: Resident, professional: SignIn, sender: NoticeSender, server: MailServer
) -> None:
    sanne, riet = await professional("gemert"), await professional(None, Role.COORDINATOR)
    async with runtime.database.write() as session:
        await repository.choose(session, sanne.id, set(NoticeKind))
    await asked(runtime, resident)
    await asked(runtime, await Resident.arrive(resident.client), urgency="crisis")
    await send_all(sender)
    assert to(server) == sorted([sanne.email, riet.email])
    assert {message["Subject"] for message in server.received} == {"Met spoed: iemand wacht nu op een medewerker"}


async def test_rolled_back_deed_sends_nothing(
    runtime: Runtime, resident: Resident, professional: SignIn, sender: NoticeSender, server: MailServer
) -> None:
    intake = await asked(runtime, resident)
    await professional("gemert")
    with pytest.raises(RuntimeError):
        async with runtime.database.write() as session:
            await Notices(session).new_question(intake)
            raise RuntimeError("the deed fails")
    await send_all(sender)
    assert server.received == []


@both_databases
async def test_mail_waits_for_a_server_that_is_away(
    runtime: Runtime, resident: Resident, professional: SignIn, sender: NoticeSender, server: MailServer
) -> None:
    sanne = await professional("gemert")
    server.refuse[sanne.email] = "451 try again later"
    await asked(runtime, resident)
    await send_all(sender)
    assert await statuses(runtime) == [NoticeStatus.WAITING]
    server.refuse.clear()
    await send_all(sender)
    assert server.received == []  # not yet: its time has not come
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2), tick=False):
        await send_all(sender)
    assert to(server) == [sanne.email]
    assert await statuses(runtime) == [NoticeStatus.SENT]


async def test_refused_for_good_is_not_tried_again(
    runtime: Runtime, resident: Resident, professional: SignIn, sender: NoticeSender, server: MailServer
) -> None:
    sanne = await professional("gemert")
    server.refuse[sanne.email] = "550 no such user"
    await asked(runtime, resident)
    await send_all(sender)
    assert await statuses(runtime) == [NoticeStatus.FAILED]


async def test_news_of_yesterday_is_not_sent(
    runtime: Runtime, resident: Resident, professional: SignIn, sender: NoticeSender, server: MailServer
) -> None:
    await professional("gemert")
    await asked(runtime, resident)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=25), tick=False):
        await send_all(sender)
    assert server.received == []
    assert await statuses(runtime) == [NoticeStatus.FAILED]


async def test_notice_whose_sender_died_is_sent_by_another(
    runtime: Runtime, resident: Resident, professional: SignIn, sender: NoticeSender, server: MailServer
) -> None:
    await professional("gemert")
    await asked(runtime, resident)
    async with runtime.database.write() as session:
        await repository.take(session, dt.datetime.now(dt.UTC), dt.timedelta(seconds=60), 10)
    await send_all(sender)
    assert server.received == []
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=61), tick=False):
        await send_all(sender)
    assert len(server.received) == 1


MORNING = dt.datetime(2026, 11, 25, 8, tzinfo=ZoneInfo("Europe/Amsterdam"))


@both_databases
async def test_reminder_comes_once_on_the_morning_of_a_working_day(
    runtime: Runtime, resident: Resident, professional: SignIn, sender: NoticeSender, server: MailServer
) -> None:
    sanne = await professional("gemert")
    await professional("gemert")
    for due in (MORNING - dt.timedelta(days=1), MORNING + dt.timedelta(hours=3), MORNING + dt.timedelta(days=1)):
        intake = await asked(runtime, await Resident.arrive(resident.client))
        await sanne.post(f"/intakes/{intake.id}/claim")
        async with runtime.database.write() as session:
            await session.execute(update(Intake).where(Intake.id == intake.id).values(due_at=due))
    for moment in (MORNING.replace(hour=6), MORNING, MORNING + dt.timedelta(minutes=5)):
        with time_machine.travel(moment, tick=False):
            await send_all(sender)
    (message,) = server.received
    assert message["To"] == sanne.email
    assert "1 te laat en 1 voor vandaag." in body_of(message)


async def test_no_reminder_at_the_weekend(
    runtime: Runtime, resident: Resident, professional: SignIn, sender: NoticeSender, server: MailServer
) -> None:
    sanne = await professional("gemert")
    intake = await asked(runtime, resident)
    await sanne.post(f"/intakes/{intake.id}/claim")
    async with runtime.database.write() as session:
        await session.execute(update(Intake).values(due_at=MORNING))
    with time_machine.travel(MORNING + dt.timedelta(days=3), tick=False):
        await send_all(sender)
    assert server.received == []


async def statuses(runtime: Runtime) -> list[NoticeStatus]:
    async with runtime.database.read() as session:
        return list(await session.scalars(select(Notice.status)))


async def test_who_is_away_gets_no_mail(
    runtime: Runtime, resident: Resident, professional: SignIn, sender: NoticeSender, server: MailServer
) -> None:
    sanne, fatima = await professional("gemert"), await professional("gemert")
    async with runtime.database.write() as session:
        away = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
        await session.execute(update(Person).where(Person.id == sanne.id).values(away_until=away))
    await asked(runtime, resident)
    await send_all(sender)
    assert to(server) == [fatima.email]


async def test_receiver_of_a_transfer_hears_of_it(
    runtime: Runtime, resident: Resident, professional: SignIn, sender: NoticeSender, server: MailServer
) -> None:
    intake = await asked(runtime, resident)
    sanne, mehmet = await professional("gemert"), await professional("best")
    await professional("best")
    await sanne.post(f"/intakes/{intake.id}/claim")
    response = await sanne.post(f"/intakes/{intake.id}/transfer", person=str(mehmet.id), note="Kent dit goed")
    assert response.status_code == 204, response.text
    await send_all(sender)
    assert to(server) == [mehmet.email]
    assert "Kent dit goed" not in server.received[0].as_string()


@both_databases
async def test_coordinators_who_are_here_hear_that_a_question_waits_too_long(
    runtime: Runtime, resident: Resident, professional: SignIn, sender: NoticeSender, server: MailServer
) -> None:
    intake = await asked(runtime, resident)
    await professional("gemert")
    riet, away = await professional(None, Role.COORDINATOR), await professional(None, Role.COORDINATOR)
    unwilling = await professional(None, Role.COORDINATOR)
    async with runtime.database.write() as session:
        until = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
        await session.execute(update(Person).where(Person.id == away.id).values(away_until=until))
        await repository.choose(session, unwilling.id, {NoticeKind.ESCALATED})
    async with runtime.database.write() as session:
        found = await session.merge(intake, load=False)
        await Escalating(session, runtime.catalogue, runtime.live).escalate(found, NOBODY_THERE)
    await send_all(sender)
    assert to(server) == [riet.email]
    (message,) = server.received
    assert message["Subject"] == "Een vraag wacht te lang"
    assert intake.reference in body_of(message)
    assert not [secret for secret in SECRETS if secret in message.as_string()]


@both_databases
async def test_privacy_officer_hears_that_glass_was_broken_and_not_by_whom_or_why(
    runtime: Runtime, resident: Resident, professional: SignIn, sender: NoticeSender, server: MailServer
) -> None:
    intake = await asked(runtime, resident)
    sanne, officer = await professional("gemert"), await professional(None, Role.PRIVACY_OFFICER, "Joris Maas")
    colleague = await professional("gemert", name="Fatima Aydin")
    await professional(None, Role.COORDINATOR)
    await sanne.post(f"/intakes/{intake.id}/claim")
    await send_all(sender)
    server.received.clear()
    reason = "collega is ziek, inwoner belt over huur"
    assert (await colleague.post(f"/intakes/{intake.id}/break-glass", reason=reason)).status_code == 204
    await send_all(sender)
    assert to(server) == [officer.email]
    (message,) = server.received
    assert intake.reference in body_of(message)
    assert not [secret for secret in (*SECRETS, "Fatima", "collega is ziek") if secret in message.as_string()]
