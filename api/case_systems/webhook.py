"""A signed message to any other system: for organisations that have no Common Ground and can take JSON.

Signed as Standard Webhooks (standardwebhooks.com) prescribes: HMAC-SHA256 over id, time and body, so that a message cannot be forged
and an old one cannot be sent again. The id is the same for every try: a receiver that has seen it answers 2xx and does nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import asdict
from typing import Any

from api import clock
from api.case_systems.http import CaseSystemHttp
from api.case_systems.interface import Case, RemoteStatus, Steps
from organisation.case_systems import CaseSystemSettings

KEY_PREFIX = "whsec_"
CREATED, ERASED = "intake.created", "intake.erased"
# What goes along only when the organisation says so.
CONTENT = ("summary", "name", "phone", "email", "contact_preference")


class Webhook:
    """One address that takes signed messages."""

    def __init__(self, settings: CaseSystemSettings, secret: str) -> None:
        self._settings = settings
        # As the standard writes a key: `whsec_` and base64. Any other text is taken as it is.
        prefixed = secret.startswith(KEY_PREFIX)
        self._secret = base64.b64decode(secret.removeprefix(KEY_PREFIX)) if prefixed else secret.encode()
        self._http = CaseSystemHttp(settings.address)

    async def deliver(self, case: Case, steps: Steps) -> str:
        """One message with the case. The id in the answer, when there is one, is the id over there."""
        body = {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in asdict(case).items()
            if self._settings.content or name not in CONTENT
        }
        answer = await steps.once("sent", lambda: self._send(CREATED, case.reference, body))
        return answer or case.reference

    async def erase(self, reference: str, steps: Steps) -> None:
        """One message that says to erase; also when we never heard whether the first arrived."""
        await self._send(ERASED, reference, {"reference": reference})

    async def status(self, steps: Steps) -> RemoteStatus | None:
        """Such a system cannot be asked; it tells us by a notification."""
        return None

    async def close(self) -> None:
        """Gives its connections back."""
        await self._http.close()

    async def _send(self, kind: str, reference: str, data: dict[str, Any]) -> str:
        now = clock.now()
        message_id = f"{kind}.{reference}"
        body = json.dumps({"type": kind, "timestamp": now.isoformat(), "data": data}, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": sign(self._secret, message_id, int(now.timestamp()), body),
        }
        answer = await self._http.ask("POST", self._settings.address, content=body, headers=headers)
        return str(answer["id"]) if isinstance(answer, dict) and answer.get("id") else ""


def sign(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`. Times are seconds since 1970."""
    signed = hmac.new(secret, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"
