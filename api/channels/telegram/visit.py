"""Somebody on Telegram, within one transaction: the chat, and the conversation that goes on in it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.channels import repository as deliveries
from api.channels.telegram import repository
from api.channels.telegram.models import TelegramChat
from api.channels.telegram.sender import TelegramChannel
from api.conversations import repository as conversation_rows
from api.conversations.live import LiveHub
from api.conversations.models import Conversation, Status
from api.conversations.service import Conversations
from api.conversations.turns import TurnTaker
from api.privacy.encryption import fingerprint
from organisation import Catalogue

# Makes the sender's own id of a message out of the number Telegram gives it.
_IDS = uuid.UUID("6b0f4a52-3c2e-5a0e-9d5a-1f0c6f2f7c11")


def mark_of(bot_id: int, chat_id: int) -> str:
    """By what a chat is found again."""
    return fingerprint(f"telegram:{bot_id}:{chat_id}")


@dataclass(frozen=True)
class Door:
    """What every visit needs of this process."""

    bot_id: int
    catalogue: Catalogue
    live: LiveHub
    turns: TurnTaker


class Visit:
    """One update of one chat. Whoever else writes in this conversation is waited for."""

    def __init__(self, door: Door, session: AsyncSession, chat: TelegramChat, conversation: Conversation) -> None:
        self._door = door
        self._session = session
        self.chat = chat
        self.conversation = conversation
        self._conversations = Conversations(session, door.catalogue, door.live)

    @classmethod
    async def come_in(cls, door: Door, session: AsyncSession, chat_id: int) -> tuple[Visit, bool]:
        """The visit, and whether its conversation is new: then it has begun with the greeting and what to know of Telegram."""
        mark = mark_of(door.bot_id, chat_id)
        chat = await repository.chat_by_fingerprint(session, mark)
        if chat is not None:
            conversation = await conversation_rows.get(session, chat.conversation_id)
            assert conversation is not None, "the chat goes with its conversation"
            await conversation_rows.lock(session, conversation)
            if conversation.status is Status.OPEN:
                chat.blocked_at = None
                return cls(door, session, chat, conversation), False
            await repository.forget_chat(session, chat)
        conversation, _, _ = await Conversations(session, door.catalogue, door.live).open(TelegramChannel.name, "nl")
        chat = TelegramChat(fingerprint=mark, chat_id=str(chat_id), conversation_id=conversation.id)
        await conversation_rows.add(session, chat)
        visit = cls(door, session, chat, conversation)
        await visit.tell("telegram_start")
        return visit, True

    async def tell(self, key: str, **values: str) -> None:
        """Says a sentence of the catalogue."""
        await self._conversations.notice(self.conversation, self._door.catalogue.text(key, **values))

    async def say(self, update_id: int, text: str, payload: str | None = None) -> None:
        """What the resident says, or chose: a turn like any other."""
        choice = None if payload else await self._choice_called(text)
        if choice is not None:
            text, payload = choice
        message_id = uuid.uuid5(_IDS, f"{self._door.bot_id}:{update_id}")
        await self._conversations.hear(self.conversation, message_id, text, payload)
        await self._door.turns.expect(self._session, self.conversation.id)

    async def choice(self, number: str) -> tuple[str, str] | None:
        """Label and payload of a choice that can still be taken."""
        return (await conversation_rows.open_choices(self._session, self.conversation.id)).get(number)

    async def _choice_called(self, text: str) -> tuple[str, str] | None:
        """The choice with this label: a button of the other keyboard sends its words, and some people type them."""
        offered = await conversation_rows.open_choices(self._session, self.conversation.id)
        wanted = text.strip().casefold()
        return next((choice for choice in offered.values() if choice[0].casefold() == wanted), None)

    async def used_keyboards(self) -> list[str]:
        """The messages whose buttons are of no use any more."""
        return await deliveries.open_keyboards(self._session, self.conversation.id)

    async def asked_to_stop(self) -> bool:
        """Whether a warning about stopping was given lately; else it counts as given now."""
        now = clock.now()
        lately = self.chat.asked_to_stop_at is not None and (now - self.chat.asked_to_stop_at).total_seconds() < 3600
        self.chat.asked_to_stop_at = now
        return lately
