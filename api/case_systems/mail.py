"""A mail to the team: for organisations that have nothing else. It holds the reference and where to look, nothing of the content."""

from __future__ import annotations

from api.case_systems.interface import Case, NotNow, Refused, RemoteStatus, Steps
from api.mail import Mail, Mailer, MailNotSent, MailRefused
from organisation.case_systems import CaseSystemSettings


class MailBox:
    """One mailbox of a team."""

    def __init__(self, settings: CaseSystemSettings, mailer: Mailer) -> None:
        self._settings = settings
        self._mailer = mailer

    async def deliver(self, case: Case, steps: Steps) -> str:
        """One mail. Mail cannot be looked up: after a break in the middle it may come twice, with the same Message-ID."""
        return await steps.once("sent", lambda: self._send(case))

    async def erase(self, reference: str, steps: Steps) -> None:
        """There is nothing of the resident in the mail."""

    async def status(self, steps: Steps) -> RemoteStatus | None:
        """A mailbox knows nothing."""
        return None

    async def close(self) -> None:
        """Holds nothing."""

    async def _send(self, case: Case) -> str:
        text = (
            f"Er is een nieuwe vraag: {case.reference}.\n\n"
            f"Uiterlijk contact: {case.due_at:%d-%m-%Y %H:%M} UTC.\n"
            "Log in op de werkplek om de vraag te lezen en op te pakken.\n\n"
            "In deze mail staat met opzet niets over de inwoner."
        )
        mail = Mail(self._settings.to, f"Nieuwe vraag {case.reference}", text, key=f"case.{case.reference}")
        try:
            await self._mailer.send(mail)
        except MailRefused as refused:
            raise Refused(str(refused)) from None
        except MailNotSent as error:
            raise NotNow(str(error)) from None
        return case.reference
