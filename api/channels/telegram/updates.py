"""Takes an update of Telegram: heard once, stored before it is acknowledged, answered by the same conversation as on the web."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession
from telegram import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, Message, Update

from api import clock
from api.channels import repository as deliveries
from api.channels.telegram import repository
from api.channels.telegram.bot import BLOCKED
from api.channels.telegram.courtesies import USED, Courtesies
from api.channels.telegram.leaving import Leaving
from api.channels.telegram.reading import read
from api.channels.telegram.sender import TelegramChannel
from api.channels.telegram.visit import Door, Visit, mark_of
from api.conversations.models import Owner
from api.conversations.without_assistant import ASK_FOR_PERSON
from api.database import Database
from api.errors import TooManyRequests
from api.intakes.signals import IntakeSignals
from api.limits import Limits

log = structlog.get_logger()

# An update that fails this often is put aside: the ones behind it must be heard.
MAX_FAILURES = 3
# The database is there and refuses what we ask, rather than being away, full or locked.
_OUR_FAULT = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
_GONE = (ChatMember.BANNED, ChatMember.LEFT)


class DatabaseAway(Exception):
    """The update was not stored: let Telegram send it again."""


class Updates:
    """What to do with each kind of update."""

    def __init__(
        self, door: Door, database: Database, limits: Limits, courtesies: Courtesies, leaving: Leaving
    ) -> None:
        self._door = door
        self._database = database
        self._limits = limits
        self._courtesies = courtesies
        self._leaving = leaving
        self._failures: Counter[int] = Counter()

    async def take(self, data: dict[str, Any]) -> None:
        """Takes one update as Telegram wrote it. Raises `DatabaseAway`, and whatever else went wrong the first times it did."""
        number = int(data["update_id"])
        try:
            update = Update.de_json(data, None)
            await self._take(update)
        except (DBAPIError, OSError) as error:
            if isinstance(error, _OUR_FAULT):
                await self._failed(number, error)
            else:
                raise DatabaseAway from error
        except Exception as error:  # noqa: BLE001  one update that nobody foresaw must not stop all others
            await self._failed(number, error)
        else:
            self._failures.pop(number, None)

    async def _failed(self, number: int, error: Exception) -> None:
        self._failures[number] += 1
        log.error("update_failed", error=type(error).__name__, times=self._failures[number])
        if self._failures[number] < MAX_FAILURES:
            raise error
        del self._failures[number]
        async with self._database.write() as session:
            await repository.remember(session, self._door.bot_id, number, clock.now(), failed=True)

    async def _take(self, update: Update) -> None:
        if update.callback_query is not None:
            await self._pressed(update.update_id, update.callback_query)
        elif update.message is not None:
            await self._said(update.update_id, update.message)
        elif update.edited_message is not None and update.edited_message.chat.type == Chat.PRIVATE:
            async with self._visit(update.update_id, update.edited_message.chat.id) as visit:
                if visit is not None:
                    await visit.tell("telegram_edited")
        elif update.my_chat_member is not None and update.my_chat_member.chat.type == Chat.PRIVATE:
            await self._came_or_went(update.update_id, update.my_chat_member)

    @asynccontextmanager
    async def _new(self, update_id: int) -> AsyncIterator[AsyncSession | None]:
        """A transaction for an update that was not heard before; None for one that was."""
        async with self._database.write() as session:
            new = await repository.remember(session, self._door.bot_id, update_id, clock.now())
            yield session if new else None

    @asynccontextmanager
    async def _visit(self, update_id: int, chat_id: int) -> AsyncIterator[Visit | None]:
        async with self._new(update_id) as session:
            yield (await Visit.come_in(self._door, session, chat_id))[0] if session is not None else None

    async def _said(self, update_id: int, message: Message) -> None:
        chat_id = message.chat.id
        if message.chat.type != Chat.PRIVATE:
            await self._said_in_a_group(update_id, message)
            return
        if message.from_user is not None and message.from_user.is_bot:
            return
        heard = read(message)
        if not await self._may_speak(chat_id):
            return
        if heard.command == "stop":
            await self._leaving.stop(update_id, chat_id)
            return
        keyboards: list[str] = []
        async with self._new(update_id) as session:
            if session is None:
                return
            visit, new = await Visit.come_in(self._door, session, chat_id)
            if heard.command is not None:
                await self._command(visit, update_id, heard.command, new=new)
            if heard.text is not None:
                await visit.say(update_id, heard.text)
            if heard.answer is not None:
                await visit.tell(heard.answer)
            if heard.text is not None or heard.command == "mens":
                keyboards = await visit.used_keyboards()
        self._courtesies.put_out(chat_id, keyboards, None)

    async def _command(self, visit: Visit, update_id: int, command: str, *, new: bool) -> None:
        if command == "mens":
            if visit.conversation.owner is Owner.ASSISTANT:
                label = self._door.catalogue.text("assistant_down_choice")
                await visit.say(update_id, label, ASK_FOR_PERSON)
            else:
                await visit.tell("telegram_person_asked")
        elif command != "start" or not new:
            await visit.tell(f"telegram_{command}")

    async def _pressed(self, update_id: int, query: CallbackQuery) -> None:
        if query.message is None or query.message.chat.type != Chat.PRIVATE:
            return
        chat_id = query.message.chat.id
        old = self._door.catalogue.text("telegram_used_button")
        if not await self._may_speak(chat_id):
            self._courtesies.pressed(query.id)
            return
        keyboards: list[str] = []
        chosen = None
        async with self._new(update_id) as session:
            if session is None:
                return
            visit, _ = await Visit.come_in(self._door, session, chat_id)
            choice = await visit.choice(query.data) if query.data and query.data != USED else None
            if choice is not None:
                chosen, payload = choice
                await visit.say(update_id, chosen, payload)
                keyboards = await visit.used_keyboards()
        if chosen is None:
            self._courtesies.pressed(query.id, old)
            if query.data != USED:
                self._courtesies.put_out(chat_id, [str(query.message.message_id)], None)
            return
        self._courtesies.pressed(query.id)
        self._courtesies.put_out(chat_id, [str(query.message.message_id)], chosen)
        others = [number for number in keyboards if number != str(query.message.message_id)]
        self._courtesies.put_out(chat_id, others, None)

    async def _said_in_a_group(self, update_id: int, message: Message) -> None:
        async with self._new(update_id) as session:
            if session is None:
                return
        self._courtesies.leave(message.chat.id, self._door.catalogue.text("telegram_private_only"))

    async def _came_or_went(self, update_id: int, change: ChatMemberUpdated) -> None:
        """Somebody blocked the bot, or took that back: those who help know at once, not at their next message."""
        gone = change.new_chat_member.status in _GONE
        async with self._new(update_id) as session:
            if session is None:
                return
            chat = await repository.chat_by_fingerprint(session, mark_of(self._door.bot_id, change.chat.id))
            if chat is None:
                return
            chat.blocked_at = clock.now() if gone else None
            if gone:
                await deliveries.give_up(session, chat.conversation_id, TelegramChannel.name, BLOCKED)
                signals = IntakeSignals(session, self._door.live)
                await signals.message_not_arrived(chat.conversation_id, "undeliverable", BLOCKED)

    async def _may_speak(self, chat_id: int) -> bool:
        """Whether this chat stays below its limit. Who does not hears so once a minute; what they said then is not stored."""
        mark = mark_of(self._door.bot_id, chat_id)
        try:
            await self._limits.chat(mark)
        except TooManyRequests as refused:
            if await self._limits.first_refusal(mark):
                self._courtesies.say(chat_id, refused.detail)
            return False
        return True
