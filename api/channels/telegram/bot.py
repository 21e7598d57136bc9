"""The Bot API as python-telegram-bot speaks it, and what its errors mean to us."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import httpx
from telegram import Bot, LinkPreviewOptions, TelegramObject
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, HTTPXRequest

from api.channels.outbox import NotSent, Undeliverable

# The library's own switch: times are timedeltas, as they will be in its next version.
os.environ.setdefault("PTB_TIMEDELTA", "true")

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 10.0
BLOCKED, NO_CHAT, REJECTED = "blocked", "no_chat", "rejected"
UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
# Nothing of the request has reached Telegram, so it can be sent again.
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class OurBot(Bot):
    """The library's bot, and what Telegram says as Telegram wrote it.

    An update that cannot be read must not hide those behind it; a message that went out has gone out, whatever else the answer says.
    """

    async def say(self, chat_id: int, text: str, markup: TelegramObject | None = None) -> str | None:
        """Sends plain text; gives the number of the message. Raises `TelegramError`."""
        message = {"chat_id": chat_id, "text": text, "link_preview_options": LinkPreviewOptions(is_disabled=True)}
        answer = await self._post("sendMessage", message | ({"reply_markup": markup} if markup else {}))
        number = answer.get("message_id") if isinstance(answer, dict) else None
        return None if number is None else str(number)

    async def raw_updates(self, offset: int, wait_seconds: int) -> list[dict[str, Any]]:
        """The next updates from `offset`; asked for again, those before it are forgotten by Telegram. Raises `TelegramError`."""
        question = {"offset": offset, "timeout": wait_seconds, "allowed_updates": UPDATES}
        answer = await self._post("getUpdates", question, read_timeout=wait_seconds + ANSWER_SECONDS)
        return [update for update in answer if isinstance(update, dict)] if isinstance(answer, list) else []


def new_bot(token: str, api: str, request: BaseRequest | None = None) -> OurBot:
    """A client of the Bot API at `api`. It asks nothing at the start: a Telegram that is away must not keep us from opening."""
    if request is None:
        request = HTTPXRequest(
            connection_pool_size=64,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            write_timeout=ANSWER_SECONDS,
            pool_timeout=ANSWER_SECONDS,
        )
    return OurBot(token, base_url=f"{api.rstrip('/')}/bot", request=request)


def id_of(token: str) -> int:
    """The number of a bot, which its token begins with. A token in another form (of an emulator) gets a number of its own."""
    number = token.partition(":")[0]
    return int(number) if number.isdecimal() else int(hashlib.sha256(token.encode()).hexdigest()[:12], 16)


def meaning_of(error: TelegramError, parts_sent: int) -> NotSent | Undeliverable | str:
    """What an error at sending means: not sent yet, never to be sent, or (a word) nobody knows.

    `sendMessage` takes no key of ours, so after a lost answer a second attempt could be a second message.
    """
    match error:
        case RetryAfter():
            return NotSent("asked_to_wait", parts_sent, after=seconds_of(error))
        case Forbidden():
            return Undeliverable(BLOCKED, for_all=True)
        case BadRequest() if "chat not found" in error.message.lower():
            return Undeliverable(NO_CHAT, for_all=True)
        case BadRequest():
            return Undeliverable(REJECTED)
        case NetworkError() if isinstance(error.__cause__, _NEVER_LEFT):
            return NotSent(type(error.__cause__).__name__, parts_sent)
        case TimedOut():
            return "timeout"
        case NetworkError() if error.__cause__ is not None and not isinstance(error.__cause__, TelegramError):
            return "connection_lost"
        case _:
            # An answer of the server itself that it did not do it: 5xx, or a token that is no longer right.
            return NotSent(type(error).__name__, parts_sent)


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks us to wait."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()
