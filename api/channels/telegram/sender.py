"""Sends what is said in a conversation to its chat: plain text only, in parts when it is long, with buttons when there are choices."""

from __future__ import annotations

import asyncio

from aiolimiter import AsyncLimiter
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.error import TelegramError

from api import clock
from api.channels.outbox import Letter, Receipt, Undeliverable
from api.channels.telegram import repository
from api.channels.telegram.bot import BLOCKED, NO_CHAT, OurBot, meaning_of
from api.channels.telegram.splitting import split
from api.conversations import repository as conversations
from api.conversations.models import Sender
from api.database import Database
from organisation import Catalogue

# Telegram asks for no more than 30 messages a second from one bot; who stays below it is rarely told to wait.
PER_SECOND = 25
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None


class TelegramChannel:
    """The channel as the outbox knows it."""

    name = "telegram"
    seconds_between = 1.0

    def __init__(self, bot: OurBot, database: Database, catalogue: Catalogue, limiter: AsyncLimiter) -> None:
        self._bot = bot
        self._database = database
        self._catalogue = catalogue
        self._limiter = limiter

    async def send(self, letter: Letter) -> Receipt:
        """Sends one message. A part whose answer got lost counts as sent, with doubt: the rest still has to follow."""
        chat_id, asks_contact = await self._chat(letter)
        parts = split(_said(letter))
        number: str | None = None
        doubt: str | None = None
        for place, part in list(enumerate(parts))[letter.parts_sent :]:
            last = place == len(parts) - 1
            if place > letter.parts_sent:
                await asyncio.sleep(self.seconds_between)
            try:
                async with self._limiter:
                    markup = self._markup(letter, asks_contact=asks_contact) if last else None
                    number = await self._bot.say(chat_id, part, markup)
            except TelegramError as error:
                meaning = meaning_of(error, place)
                if isinstance(meaning, str):
                    doubt, number = meaning, None
                    continue
                if isinstance(meaning, Undeliverable) and meaning.reason == BLOCKED:
                    await self._keep_blocked(letter)
                raise meaning from error
        return Receipt(number, keyboard=bool(letter.choices and number), doubt=doubt)

    async def _chat(self, letter: Letter) -> tuple[int, bool]:
        """Where to send it, and whether it asks how to reach the resident."""
        async with self._database.read() as session:
            chat = await repository.chat_of(session, letter.conversation_id)
            conversation = await conversations.get(session, letter.conversation_id)
        if chat is None or conversation is None:
            raise Undeliverable(NO_CHAT, for_all=True)
        if chat.blocked_at is not None:
            raise Undeliverable(BLOCKED, for_all=True)
        asks = conversation.asked_for == "contact" and conversation.last_seq == letter.seq
        return int(chat.chat_id), asks

    async def _keep_blocked(self, letter: Letter) -> None:
        async with self._database.write() as session:
            await repository.set_blocked(session, letter.conversation_id, clock.now())

    def _markup(self, letter: Letter, *, asks_contact: bool) -> Markup:
        if asks_contact:
            share = KeyboardButton(self._catalogue.text("telegram_share_contact"), request_contact=True)
            others = [[KeyboardButton(label)] for _, label in letter.choices]
            return ReplyKeyboardMarkup([[share], *others], resize_keyboard=True, one_time_keyboard=True)
        if letter.choices:
            return InlineKeyboardMarkup(
                [[InlineKeyboardButton(label, callback_data=number)] for number, label in letter.choices]
            )
        return ReplyKeyboardRemove() if letter.sender is Sender.ASSISTANT else None


def _said(letter: Letter) -> str:
    """The text as it stands in the chat. A person's words carry that person's name: there it is the only way to see who writes."""
    return f"{letter.sender_name}:\n{letter.text}" if letter.sender is Sender.PROFESSIONAL else letter.text
