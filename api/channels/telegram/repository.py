"""All SQL about chats on Telegram."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from api.channels.telegram.models import TelegramChat, TelegramUpdate


async def remember(
    session: AsyncSession, bot_id: int, update_id: int, at: dt.datetime, *, failed: bool = False
) -> bool:
    """Writes down that an update is heard. False when it was heard before; who is hearing it at this moment is waited for."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    result = await session.execute(
        insert(TelegramUpdate)
        .values(bot_id=bot_id, update_id=update_id, heard_at=at, failed=failed)
        .on_conflict_do_nothing()
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


async def heard_before(session: AsyncSession, bot_id: int, update_id: int) -> bool:
    """Whether an update is heard already."""
    return await session.get(TelegramUpdate, (bot_id, update_id)) is not None


async def forget_updates(session: AsyncSession, before: dt.datetime) -> None:
    """Removes what was heard before that moment; Telegram repeats nothing after a day."""
    await session.execute(delete(TelegramUpdate).where(TelegramUpdate.heard_at < before))


async def chat_by_fingerprint(session: AsyncSession, fingerprint: str) -> TelegramChat | None:
    """The chat, for who knows its number."""
    return (await session.scalars(select(TelegramChat).where(TelegramChat.fingerprint == fingerprint))).one_or_none()


async def chat_of(session: AsyncSession, conversation_id: uuid.UUID) -> TelegramChat | None:
    """The chat in which a conversation goes on."""
    return (
        await session.scalars(select(TelegramChat).where(TelegramChat.conversation_id == conversation_id))
    ).one_or_none()


async def forget_chat(session: AsyncSession, chat: TelegramChat) -> None:
    """Removes what we know of a chat; its conversation stays."""
    await session.delete(chat)
    await session.flush()


async def set_blocked(session: AsyncSession, conversation_id: uuid.UUID, at: dt.datetime | None) -> None:
    """Keeps since when a resident wants nothing more from the bot; None when they do again."""
    await session.execute(
        update(TelegramChat)
        .where(TelegramChat.conversation_id == conversation_id)
        .values(blocked_at=at)
        .execution_options(synchronize_session=False)
    )
