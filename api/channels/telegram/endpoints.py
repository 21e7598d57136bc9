"""The webhook: what Telegram posts to us when we do not ask for it ourselves."""

from __future__ import annotations

import hmac
import json
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request

from api.channels.telegram.updates import DatabaseAway
from api.dependencies import RuntimeDep
from api.errors import BadRequest, Forbidden, NotFound, Unavailable

router = APIRouter(include_in_schema=False)

MAX_BYTES = 256 * 1024
# What our database can hold; Telegram's are far smaller.
LARGEST_NUMBER = 2**63 - 1


@router.post("/telegram/webhook")
async def receive_update(
    request: Request,
    runtime: RuntimeDep,
    secret: Annotated[str, Header(alias="X-Telegram-Bot-Api-Secret-Token")] = "",
) -> dict[str, bool]:
    """Answers 200 when the update is stored, never before. 503 when it cannot be: Telegram then sends it again."""
    telegram = runtime.telegram
    if telegram is None:
        raise NotFound("Deze installatie heeft geen bot op Telegram.")
    if not hmac.compare_digest(secret.encode(), telegram.secret.encode()):
        raise Forbidden("Het geheim van de webhook klopt niet.")
    update = _read(await request.body())
    try:
        await telegram.updates.take(update)
    except DatabaseAway:
        raise Unavailable("De update kon niet worden bewaard. Stuur hem straks nog eens.") from None
    return {"ok": True}


def _read(body: bytes) -> dict[str, Any]:
    """The update as Telegram wrote it. Raises `BadRequest`."""
    try:
        update = json.loads(body) if len(body) <= MAX_BYTES else None
    except ValueError:
        update = None
    number = update.get("update_id") if isinstance(update, dict) else None
    if not isinstance(update, dict) or type(number) is not int or not 0 <= number <= LARGEST_NUMBER:
        raise BadRequest("Dit is geen update van Telegram.")
    return update
