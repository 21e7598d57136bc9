"""The SQL of the vault."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.privacy.models import VaultEntry


async def vault_of(session: AsyncSession, conversation_id: uuid.UUID) -> dict[str, str]:
    """Placeholder to value, for one conversation."""
    rows = await session.execute(
        select(VaultEntry.placeholder, VaultEntry.value).where(VaultEntry.conversation_id == conversation_id)
    )
    return {row.placeholder: row.value for row in rows}


async def keep_in_vault(
    session: AsyncSession, conversation_id: uuid.UUID, kind_of: dict[str, str], values: dict[str, str]
) -> None:
    """Adds new placeholders; `kind_of` maps the Dutch word in a placeholder to its kind."""
    for placeholder, value in values.items():
        word = placeholder.strip("⟨⟩").rpartition("-")[0]
        session.add(
            VaultEntry(conversation_id=conversation_id, placeholder=placeholder, kind=kind_of[word], value=value)
        )
    await session.flush()
