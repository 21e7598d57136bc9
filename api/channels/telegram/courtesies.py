"""Small things that are nice when they arrive and no loss when they do not: buttons that go dark, a word to a group."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

import structlog
from aiolimiter import AsyncLimiter
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import TelegramError

from api.channels.telegram.bot import OurBot

log = structlog.get_logger()

USED = "used"
"""What a used button sends; no id of ours is that short."""
LONGEST_ALERT = 200
AT_MOST = 500


class Courtesies:
    """Does them behind the answers, each once, and never lets one hold up anything."""

    def __init__(self, bot: OurBot, limiter: AsyncLimiter) -> None:
        self._bot = bot
        self._limiter = limiter
        self._tasks: set[asyncio.Task[None]] = set()

    def say(self, chat_id: int, text: str) -> None:
        """A word outside any conversation."""
        self._do(self._bot.say(chat_id, text))

    def leave(self, chat_id: int, text: str) -> None:
        """Says why we are not here, and goes."""

        async def say_and_go() -> None:
            try:
                await self._bot.say(chat_id, text)
            finally:
                await self._bot.leave_chat(chat_id)

        self._do(say_and_go())

    def pressed(self, query_id: str, text: str | None = None) -> None:
        """Ends the waiting sign on a button; `text` is shown over the chat."""
        shown = text[:LONGEST_ALERT] if text else None
        self._do(self._bot.answer_callback_query(query_id, shown, show_alert=bool(shown)))

    def put_out(self, chat_id: int, message_ids: Iterable[str], chosen: str | None) -> None:
        """Takes the buttons away under these messages; what was chosen stays to be seen."""
        mark = (
            InlineKeyboardMarkup([[InlineKeyboardButton(f"✓ {chosen}", callback_data=USED)]])
            if chosen is not None
            else None
        )
        for message_id in message_ids:
            self._do(self._bot.edit_message_reply_markup(chat_id, int(message_id), reply_markup=mark))

    async def finished(self, seconds: float = 2.0) -> None:
        """Waits a moment for what is under way."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    def _do(self, work: Coroutine[Any, Any, Any]) -> None:
        if len(self._tasks) >= AT_MOST:
            work.close()
            return
        task = asyncio.create_task(self._quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _quietly(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            async with self._limiter:
                await work
        except TelegramError as error:
            log.info("courtesy_lost", error=type(error).__name__)
