"""Systems that cannot be looked into: each message says who sent it, when, and which one it is; a mail says nothing of a resident."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import hmac
from typing import Any

import pytest
from starlette.requests import Request

from api.case_systems.build import NoSecret, build_case_systems
from api.case_systems.interface import Case, NotNow, Refused, Steps
from api.case_systems.mail import MailBox
from api.case_systems.webhook import Webhook
from api.mail import Mail, Mailer, MailNotSent, MailRefused
from api.settings import ROOT
from organisation import load_catalogue
from organisation.case_systems import build_case_systems as build_settings
from tests.api.mail_server import running_mail_server
from tests.case_systems.serving import StandIn
from tests.case_systems.test_adapters import Memory, settings

KEY = b"a key of thirty-two bytes or more"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
NOW = dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC)
CASE = Case(
    reference="V-2222-3333",
    subject="Schuldhulpverlening",
    service="schuldhulpverlening",
    area="gemert-bakel",
    team="gemert",
    team_name="Team Gemert-Bakel",
    urgency="Dringend.",
    due_at=NOW,
    created_at=NOW,
    language="nl",
    summary="De huur is niet betaald.",
    name="Truus van den Bakker",
    phone="0612345678",
    email="truus@example.nl",
    contact_preference=None,
)


class Receiver(StandIn):
    """Takes messages, and checks them as the standard says."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: dict[str, Any] = {}

    async def answer(self, request: Request, body: Any) -> tuple[int, Any]:
        raw, headers = await request.body(), request.headers
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + raw
        right = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{right}"
        assert abs(dt.datetime.now(dt.UTC).timestamp() - int(headers["webhook-timestamp"])) < 60
        self.messages[headers["webhook-id"]] = body
        return 200, {"id": "42"}


async def test_message_is_signed_and_has_the_same_id_at_every_try(socket_enabled: None) -> None:
    async with Receiver().running() as server:
        assert isinstance(server, Receiver)
        adapter = Webhook(settings("webhook", server.address), SECRET)
        server.trouble = lambda method, path: "lose"
        with pytest.raises(NotNow):
            await adapter.deliver(CASE, Memory().steps())
        server.trouble = lambda method, path: None
        memory = Memory()
        assert await adapter.deliver(CASE, memory.steps()) == "42"
        assert await adapter.deliver(CASE, memory.steps()) == "42", "what is remembered is not sent again"
        assert len(server.asked) == 2
        (message,) = server.messages.values()
        assert (message["type"], message["data"]["summary"]) == ("intake.created", CASE.summary)
        for closed in (True, False):
            await adapter.stands(CASE.reference, memory.steps(), closed=closed)
        kinds = [message["type"] for message in server.messages.values()]
        assert kinds == ["intake.created", "intake.closed", "intake.reopened"]
        await adapter.erase(CASE.reference, memory.steps())
        assert server.messages["intake.erased.V-2222-3333"]["data"] == {"reference": "V-2222-3333"}
        await adapter.close()


class Post(Mailer):
    """A server that refuses, for good or for now."""

    def __init__(self, trouble: MailNotSent) -> None:
        super().__init__(None, None)
        self._trouble = trouble

    async def send(self, mail: Mail) -> None:
        raise self._trouble


async def test_mail_holds_the_reference_and_nothing_of_the_resident(socket_enabled: None) -> None:
    async with running_mail_server() as server:
        mailer = Mailer(server.address, "Voordeur <voordeur@delinde.example>")
        box, memory = MailBox(settings("mail", "https://x.example", to="team@example.nl"), mailer), Memory()
        assert await box.deliver(CASE, memory.steps()) == CASE.reference
        await box.deliver(CASE, memory.steps())
        (mail,) = server.received
    assert mail["To"] == "team@example.nl"
    assert CASE.reference in mail["Subject"]
    assert mail["Message-ID"] == "<case.V-2222-3333@delinde.example>"
    told = f"{mail['Subject']} {mail.get_content()}"
    assert not [word for word in ("huur", "Truus", "06", "Schuld", "Gemert", "Dringend") if word in told]


@pytest.mark.parametrize(("trouble", "raised"), [(MailRefused("550"), Refused), (MailNotSent("451"), NotNow)])
async def test_mail_server_that_says_no_for_good_is_told_from_one_that_is_busy(
    trouble: MailNotSent, raised: type[Exception]
) -> None:
    box = MailBox(settings("mail", "https://x.example", to="team@example.nl"), Post(trouble))
    with pytest.raises(raised):
        await box.deliver(CASE, Steps({}, Memory().steps()._remember))


@pytest.mark.parametrize("secret", ["", "short"])
def test_system_without_a_good_secret_says_which_variable_to_set(secret: str) -> None:
    data = {"systems": {"mijn-zaken": {"kind": "webhook", "name": "x", "address": "https://x.example"}}, "routes": []}
    catalogue = dataclasses.replace(load_catalogue(ROOT / "catalogue" / "demo"), case_systems=build_settings(data))
    with pytest.raises(NoSecret, match="VOORDEUR_SECRET_MIJN_ZAKEN"):
        build_case_systems(catalogue, Mailer(None, None), {"VOORDEUR_SECRET_MIJN_ZAKEN": secret})
