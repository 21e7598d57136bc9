"""Sends e-mail by the organisation's own mail server. Without one nothing is sent, and `Mailer.ready` says so."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

import aiosmtplib

from api import clock

TIMEOUT_SECONDS = 20.0
SCHEMES = ("smtp", "smtp+starttls", "smtps")
_PERMANENT = range(500, 600)


class MailNotSent(Exception):
    """The mail did not go now; later may help. The message never names the receiver."""


class MailRefused(MailNotSent):
    """The server refuses this receiver or this mail for good: trying again does not help."""


@dataclass(frozen=True)
class Mail:
    """One mail in plain text. `key` makes the Message-ID: a mail that is sent twice is known by it as the same one."""

    to: str
    subject: str
    text: str
    key: str


def check_smtp_url(address: str | None) -> str | None:
    """The address of a mail server as it was given. Raises `ValueError` with what to write instead."""
    if address is None:
        return None
    parts = urlsplit(address)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise ValueError(
            "write smtp+starttls://name:password@mail.organisation.example:587 (or smtps://, or smtp:// on one machine)"
        )
    return address


class Mailer:
    """Sends through one mail server.

    `smtps` is TLS from the first byte, `smtp+starttls` demands STARTTLS, `smtp` takes STARTTLS when the server offers it.
    """

    def __init__(self, address: str | None, sender: str | None) -> None:
        self._parts = urlsplit(check_smtp_url(address) or "")
        self.sender = sender or ""

    @property
    def ready(self) -> bool:
        """Whether there is a server to send by and a sender to send as."""
        return bool(self._parts.hostname and self.sender)

    async def send(self, mail: Mail) -> None:
        """Hands one mail to the server. Raises `MailRefused` when it never will go, `MailNotSent` when it may go later."""
        if not self.ready:
            raise MailNotSent("VOORDEUR_SMTP_URL and VOORDEUR_MAIL_FROM are not set")
        parts = self._parts
        try:
            await aiosmtplib.send(
                self._message(mail),
                hostname=parts.hostname,
                port=parts.port,
                username=unquote(parts.username) if parts.username else None,
                password=unquote(parts.password) if parts.password else None,
                use_tls=parts.scheme == "smtps",
                start_tls=True if parts.scheme == "smtp+starttls" else None,
                timeout=TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = {refused.code for refused in error.recipients}
            kind = MailRefused if codes <= set(_PERMANENT) else MailNotSent
            raise kind(f"receiver refused {sorted(codes)}") from None
        except aiosmtplib.SMTPDataError as error:
            kind = MailRefused if error.code in _PERMANENT else MailNotSent
            raise kind(f"mail refused {error.code}") from None
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise MailNotSent(type(error).__name__) from None

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, mail.to, mail.subject
        message["Date"] = format_datetime(clock.now())
        message["Message-ID"] = f"<{mail.key}@{self.sender.rpartition('@')[2].strip('> ')}>"
        # RFC 3834: out-of-office machines leave it alone, so no loops.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        return message
