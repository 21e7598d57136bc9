"""Mail goes through a real server, and whoever sends knows whether trying again helps."""

from collections.abc import AsyncIterator

import pytest
from pydantic import ValidationError

from api.mail import Mail, Mailer, MailNotSent, MailRefused
from api.settings import Settings
from tests.api.mail_server import MailServer, running_mail_server

MAIL = Mail(to="sanne@delinde.example", subject="Nieuwe vraag", text="Er is een vraag.\nGroet", key="abc")
SENDER = "Voordeur <voordeur@delinde.example>"


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with running_mail_server() as server:
        yield server


async def test_mail_arrives_as_it_was_written(server: MailServer) -> None:
    await Mailer(server.address, SENDER).send(MAIL)
    (message,) = server.received
    assert message["To"] == "sanne@delinde.example"
    assert message["From"] == SENDER
    assert message["Subject"] == "Nieuwe vraag"
    assert message.get_content().splitlines() == ["Er is een vraag.", "Groet"]
    assert message["Message-ID"] == "<abc@delinde.example>"
    assert message["Auto-Submitted"] == "auto-generated"


async def test_receiver_that_is_not_there_is_refused_for_good(server: MailServer) -> None:
    server.refuse[MAIL.to] = "550 no such user"
    with pytest.raises(MailRefused):
        await Mailer(server.address, SENDER).send(MAIL)


async def test_full_mailbox_may_work_later(server: MailServer) -> None:
    server.refuse[MAIL.to] = "452 mailbox full"
    with pytest.raises(MailNotSent) as caught:
        await Mailer(server.address, SENDER).send(MAIL)
    assert not isinstance(caught.value, MailRefused)
    assert MAIL.to not in str(caught.value)


async def test_server_that_is_away_may_be_back_later(server: MailServer) -> None:
    async with running_mail_server() as gone:
        address = gone.address
    with pytest.raises(MailNotSent):
        await Mailer(address, SENDER).send(MAIL)


async def test_server_without_tls_gets_nothing_when_tls_is_demanded(server: MailServer) -> None:
    with pytest.raises(MailNotSent):
        await Mailer(server.address.replace("smtp:", "smtp+starttls:"), SENDER).send(MAIL)
    assert server.received == []


@pytest.mark.parametrize(("address", "sender"), [(None, SENDER), ("smtp://127.0.0.1:25", None)])
async def test_without_settings_nothing_is_sent_and_that_is_said(address: str | None, sender: str | None) -> None:
    mailer = Mailer(address, sender)
    assert not mailer.ready
    with pytest.raises(MailNotSent):
        await mailer.send(MAIL)


@pytest.mark.parametrize("address", ["mail.delinde.example:587", "http://mail.delinde.example", "smtp://"])
def test_wrong_address_of_the_server_is_said_at_the_start(address: str) -> None:
    with pytest.raises(ValidationError, match="smtp"):
        Settings(smtp_url=address)
