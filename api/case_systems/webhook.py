"""A signed message to any other system: for organisations that have no Common Ground and can take JSON.

Signed as Standard Webhooks (standardwebhooks.com) prescribes: HMAC-SHA256 over id, time and body, so that a message cannot be forged
and an old one cannot be sent again. The id is the same for every try: a receiver that has seen it answers 2xx and does nothing. Such a
system cannot be asked how it stands; it tells us, signed in the same way with a key of its own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from api import clock
from api.case_systems.http import CaseSystemHttp
from api.case_systems.interface import Case, RemoteStatus, Steps
from organisation.case_systems import CaseSystemSettings

KEY_PREFIX = "whsec_"
TOLERANCE_SECONDS = 300
"""How far the clock of a sender may be from ours, as the libraries of the standard have it."""
LONGEST_TIMESTAMP = 12
STATUS, HANDLED, TOLD_AT = "told_status", "told_handled", "told_at"
"""Where we keep what that system told us last, among the steps."""
CREATED, ERASED = "intake.created", "intake.erased"
CLOSED, REOPENED = "intake.closed", "intake.reopened"


class Webhook:
    """One address that takes signed messages."""

    def __init__(self, settings: CaseSystemSettings, secret: str) -> None:
        self._settings = settings
        self._secret = key_of(secret)
        self._http = CaseSystemHttp(settings.address)

    async def deliver(self, case: Case, steps: Steps) -> str:
        """One message with the case. The id in the answer, when there is one, is the id over there."""
        body = {
            name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in asdict(case).items()
        }
        answer = await steps.once("sent", lambda: self._send(CREATED, case.reference, body))
        return answer or case.reference

    async def erase(self, reference: str, steps: Steps) -> None:
        """One message that says to erase; also when we never heard whether the first arrived."""
        await self._send(ERASED, reference, {"reference": reference})

    async def status(self, steps: Steps) -> RemoteStatus | None:
        """What that system told us last."""
        text = steps.get(STATUS)
        return RemoteStatus(text, handled=bool(steps.get(HANDLED))) if text else None

    async def stands(self, reference: str, steps: Steps, *, closed: bool) -> None:
        """One message; the time in it tells which of two is the last."""
        kind = CLOSED if closed else REOPENED
        await self._send(kind, reference, {"reference": reference}, again=int(clock.now().timestamp()))

    async def close(self) -> None:
        """Gives its connections back."""
        await self._http.close()

    async def _send(self, kind: str, reference: str, data: dict[str, Any], again: int | None = None) -> str:
        now = clock.now()
        # What can happen more than once is another message each time.
        message_id = f"{kind}.{reference}" if again is None else f"{kind}.{reference}.{again}"
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


def key_of(secret: str) -> bytes:
    """The bytes to sign with: as the standard writes a key, `whsec_` and base64; any other text is taken as it is."""
    prefixed = secret.startswith(KEY_PREFIX)
    return base64.b64decode(secret.removeprefix(KEY_PREFIX)) if prefixed else secret.encode()


def signed_at(secret: bytes, headers: Mapping[str, str], body: bytes) -> int | None:
    """When this message was signed with our key, in seconds since 1970; None when it was not, or too long ago to be sure of it."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > LONGEST_TIMESTAMP:
        return None
    if abs(clock.now().timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        return None
    right = sign(secret, message_id, int(timestamp), body).encode()
    # While a key is replaced a message carries a signature of each.
    given = headers.get("webhook-signature", "").encode().split()
    return int(timestamp) if any(hmac.compare_digest(one, right) for one in given) else None
