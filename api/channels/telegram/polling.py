"""Asks Telegram for updates, for installations that cannot be reached from outside. One process of an installation may do this."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from api.channels.telegram.bot import OurBot, seconds_of
from api.channels.telegram.updates import DatabaseAway, Updates

log = structlog.get_logger()

# Telegram holds the question open this long when there is nothing.
WAIT_SECONDS = 20
RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
WRONG_TOKEN_SECONDS = 60.0
AT_LEAST_SECONDS = 0.2


class Poller:
    """Background work: asks, takes each update to its end, and only then tells Telegram that it may forget it."""

    def __init__(self, bot: OurBot, updates: Updates) -> None:
        self._bot = bot
        self._updates = updates
        self._offset = 0
        self._failures = 0
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Asks no more; what is being taken is taken to its end."""
        self._stopping.set()

    async def run(self) -> None:
        """Asks until `stop` is called."""
        while not self._stopping.is_set():
            asking = asyncio.create_task(self._ask())
            stopped = asyncio.create_task(self._stopping.wait())
            await asyncio.wait((asking, stopped), return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            if not asking.done():
                # Nothing of the database is in this task: only waiting for Telegram is cut short.
                asking.cancel()
                with suppress(asyncio.CancelledError):
                    await asking
                return
            await self._take(asking.result())

    async def _ask(self) -> list[dict[str, Any]]:
        """The next updates; none when something is wrong, after a wait."""
        asked = asyncio.get_running_loop().time()
        try:
            updates = await self._bot.raw_updates(self._offset, WAIT_SECONDS)
        except TelegramError as error:
            seconds = self._wait_after(error)
            log.warning("updates_not_read", error=type(error).__name__, again_in=seconds)
            await asyncio.sleep(seconds)
            return []
        self._failures = 0
        if not updates and asyncio.get_running_loop().time() - asked < AT_LEAST_SECONDS:
            await asyncio.sleep(AT_LEAST_SECONDS)  # who does not hold the question open is not asked all the time
        return updates

    def _wait_after(self, error: TelegramError) -> float:
        if isinstance(error, RetryAfter):
            return seconds_of(error)
        if isinstance(error, InvalidToken):
            return WRONG_TOKEN_SECONDS
        if isinstance(error, Conflict):
            return RETRY_SECONDS[3]  # another process asks, or a webhook is set: it may be ending just now
        self._failures += 1
        return RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS)) - 1]

    async def _take(self, updates: list[dict[str, Any]]) -> None:
        """Takes updates in order. One that could not be stored is asked for again, with those behind it."""
        for update in updates:
            if self._stopping.is_set():
                return
            try:
                await self._updates.take(update)
            except DatabaseAway as error:
                log.error("update_not_stored", error=type(error.__cause__).__name__)
                await asyncio.sleep(RETRY_SECONDS[1])
                return
            except Exception:  # noqa: BLE001  it is logged and counted; after some times it is put aside
                return
            self._offset = update["update_id"] + 1
