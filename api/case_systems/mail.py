"""A mail about a question: to the team, for organisations that have nothing else, and to the organisation that is referred to.

Either holds the reference and how to get at the question, nothing of the content. Mail cannot be looked up: after a break in the middle
it may come twice, with the same Message-ID.
"""

from __future__ import annotations

import zlib

from api.case_systems.interface import Case, NotNow, Refused, RemoteStatus, Steps
from api.case_systems.models import REFERRAL
from api.mail import Mail, Mailer, MailNotSent, MailRefused
from organisation.case_systems import CaseSystemSettings
from organisation.model import Organisation

TO = "to"
"""The step that holds the address a referral goes to, from the beginning."""


class _Post:
    """What every mail has in common: nothing to look up, nothing to take back."""

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer

    async def erase(self, reference: str, steps: Steps) -> None:
        """There is nothing of the resident in the mail."""

    async def status(self, steps: Steps) -> RemoteStatus | None:
        """A mailbox knows nothing."""
        return None

    async def stands(self, reference: str, steps: Steps, *, closed: bool) -> None:
        """Who opens the mail later sees in the workspace how it stands."""

    async def close(self) -> None:
        """Holds nothing."""

    async def _send(self, mail: Mail, reference: str) -> str:
        try:
            await self._mailer.send(mail)
        except MailRefused as refused:
            raise Refused(str(refused)) from None
        except MailNotSent as error:
            raise NotNow(str(error)) from None
        return reference


class MailBox(_Post):
    """One mailbox of a team."""

    def __init__(self, settings: CaseSystemSettings, mailer: Mailer) -> None:
        super().__init__(mailer)
        self._settings = settings

    async def deliver(self, case: Case, steps: Steps) -> str:
        """One mail: there is a question, and by when."""
        text = (
            f"Er is een nieuwe vraag: {case.reference}.\n\n"
            f"Uiterlijk contact: {case.due_at:%d-%m-%Y %H:%M} UTC.\n"
            "Log in op de werkplek om de vraag te lezen en op te pakken.\n\n"
            "In deze mail staat met opzet niets over de inwoner."
        )
        mail = Mail(self._settings.to, f"Nieuwe vraag {case.reference}", text, key=f"case.{case.reference}")
        return await steps.once("sent", lambda: self._send(mail, case.reference))


class ReferralMail(_Post):
    """The mailbox of whichever organisation a question is referred to. They call us for the rest: a mail is not safe enough for it."""

    def __init__(self, organisation: Organisation, mailer: Mailer) -> None:
        super().__init__(mailer)
        self._organisation = organisation

    async def deliver(self, case: Case, steps: Steps) -> str:
        """One mail: a resident agreed to be referred, and whom to call about it."""
        to = steps.get(TO)
        if not to:
            raise Refused("there is no address to send to")
        us = self._organisation
        text = (
            f"Een inwoner heeft een vraag die bij u hoort. Het nummer is {case.reference}.\n"
            "De inwoner vindt het goed dat wij deze vraag aan u doorgeven.\n\n"
            f"Bel {us.name}, {us.phone}. Vraag naar {case.team_name or 'de coördinator'} en noem het nummer.\n"
            "U hoort dan waar het over gaat en hoe u de inwoner bereikt.\n\n"
            "In deze mail staat met opzet niets over de inwoner."
        )
        # To another organisation it is another mail.
        key = f"{REFERRAL}.{case.reference}.{zlib.crc32(to.encode()):08x}"
        mail = Mail(to, f"Doorverwijzing {case.reference}", text, key=key)
        return await steps.once("sent", lambda: self._send(mail, case.reference))
