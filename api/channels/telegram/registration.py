"""Tells Telegram how this bot wants to be reached, and which commands it knows; again and again until Telegram has heard it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog
from telegram import Bot, BotCommand
from telegram.error import TelegramError

from api.channels.telegram.bot import UPDATES
from api.channels.telegram.reading import COMMANDS
from organisation import Catalogue

log = structlog.get_logger()

RETRY_SECONDS = 30.0
CONNECTIONS = 40


class Registration:
    """Background work that ends by itself. Without `webhook` the bot asks for its updates, and no webhook may be in the way."""

    def __init__(self, bot: Bot, catalogue: Catalogue, webhook: str | None, secret: str) -> None:
        self._bot = bot
        self._catalogue = catalogue
        self._webhook = webhook
        self._secret = secret
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Tries no more."""
        self._stopping.set()

    async def run(self) -> None:
        """Returns when Telegram has heard it, or at a stop."""
        while not self._stopping.is_set():
            try:
                await self._register()
            except TelegramError as error:
                # The message is Telegram's own sentence about our address, such as "bad webhook: HTTPS url must be provided".
                log.error("telegram_not_registered", error=error.message, again_in=RETRY_SECONDS)
            else:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), RETRY_SECONDS)

    async def _register(self) -> None:
        if self._webhook is None:
            await self._bot.delete_webhook()
        else:
            await self._bot.set_webhook(
                self._webhook, secret_token=self._secret, allowed_updates=UPDATES, max_connections=CONNECTIONS
            )
        commands = [BotCommand(word, self._catalogue.text(f"telegram_command_{word}")) for word in COMMANDS]
        try:
            await self._bot.set_my_commands(commands)
        except TelegramError as error:
            # Without it residents have no menu of commands; the commands themselves work.
            log.warning("telegram_menu_not_set", error=error.message)
