"""Puts the Telegram channel together, when this installation has a bot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from aiolimiter import AsyncLimiter
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.background import Background, Worker
from api.channels.outbox import Outbox
from api.channels.telegram import repository
from api.channels.telegram.bot import OurBot, id_of, new_bot
from api.channels.telegram.courtesies import Courtesies
from api.channels.telegram.leaving import Leaving
from api.channels.telegram.polling import Poller
from api.channels.telegram.registration import Registration
from api.channels.telegram.sender import PER_SECOND, TelegramChannel
from api.channels.telegram.updates import Updates
from api.channels.telegram.visit import Door
from api.conversations.assistant import Assistant
from api.conversations.live import LiveHub
from api.conversations.turns import TurnTaker
from api.database import Database
from api.limits import Limits
from api.settings import Settings, stored_secret
from organisation import Catalogue

# Telegram repeats an update for a day.
REMEMBER = dt.timedelta(days=2)
TIDY_SECONDS = 3600.0
WEBHOOK = "/telegram/webhook"


class Telegram:
    """The bot of one process: takes updates, and sends what is said."""

    def __init__(
        self,
        settings: Settings,
        bot: OurBot,
        database: Database,
        catalogue: Catalogue,
        live: LiveHub,
        turns: TurnTaker,
        limits: Limits,
        assistant: Assistant,
    ) -> None:
        limiter = AsyncLimiter(PER_SECOND, 1)
        self.secret = settings.telegram_secret or stored_secret(settings.data / "keys", "telegram")
        self.courtesies = Courtesies(bot, limiter)
        door = Door(id_of(bot.token), catalogue, live, turns)
        leaving = Leaving(door, database, self.courtesies)
        self.updates = Updates(door, database, limits, self.courtesies, leaving)
        self.outbox = Outbox(TelegramChannel(bot, database, catalogue, limiter), database, live)
        self._bot = bot
        self._polls = settings.telegram_mode == "polling"
        webhook = None if self._polls else f"{settings.public_address}{WEBHOOK}"
        self._registration = Registration(bot, catalogue, webhook, self.secret)
        self._tidy = Worker("forgetting updates", database, self._forget, _nothing, look_again_seconds=TIDY_SECONDS)

    def join(self, background: Background) -> None:
        """Adds the bot's work to that of the process."""
        background.add(self.outbox.worker)
        background.add(self._tidy)
        background.add(self._registration)
        if self._polls:
            background.add(Poller(self._bot, self.updates))

    async def close(self) -> None:
        """Ends the connections to Telegram."""
        await self.courtesies.finished()
        await self._bot.request.shutdown()

    async def _forget(self, session: AsyncSession, _: int) -> Sequence[None]:
        await repository.forget_updates(session, clock.now() - REMEMBER)
        return ()


async def _nothing(_: None) -> None:
    """Forgetting is done where it is looked for."""


def open_telegram(
    settings: Settings,
    database: Database,
    catalogue: Catalogue,
    live: LiveHub,
    turns: TurnTaker,
    limits: Limits,
    assistant: Assistant,
) -> Telegram | None:
    """The bot, when the settings have a token for one."""
    if settings.telegram_token is None:
        return None
    bot = new_bot(settings.telegram_token.get_secret_value(), settings.telegram_api)
    return Telegram(settings, bot, database, catalogue, live, turns, limits, assistant)
