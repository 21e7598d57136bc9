"""Which chat belongs to which conversation, and which updates have been heard."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api import clock
from api.database import Base, UtcDateTime
from api.privacy.encryption import EncryptedText


class TelegramChat(Base):
    """The one thing we know of somebody on Telegram: where to answer. No name, no user name, no picture.

    Gone with the conversation, however that is erased: by `/stop`, on the website, or by the retention run.
    """

    __tablename__ = "telegram_chats"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    """Of bot and chat, under a key: finds the chat again, and tells nothing to who reads the database."""
    chat_id: Mapped[str] = mapped_column(EncryptedText)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), unique=True)
    blocked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    asked_to_stop_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When `/stop` was answered with a warning, because somebody is still going to help."""
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)

    def __str__(self) -> str:
        return f"chat of conversation {self.conversation_id}"


class TelegramUpdate(Base):
    """An update that has been heard, so that the same one again does nothing. Holds nobody."""

    __tablename__ = "telegram_updates"

    bot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    heard_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    failed: Mapped[bool] = mapped_column(default=False)
    """It could not be worked with, and was put aside so that the next ones are heard."""
