"""The SQL of the vault and the audit log."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.database import Base
from api.privacy.models import AuditEvent, AuditHead, VaultEntry


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


async def lock_audit_head(session: AsyncSession) -> AuditHead:
    """The end of the chain, as it is now; other writers of the chain wait until this transaction ends."""
    rows = await session.scalars(
        select(AuditHead).with_for_update().execution_options(populate_existing=True),
    )
    return rows.one()


async def audit_head(session: AsyncSession) -> AuditHead:
    """The end and the start of the chain."""
    return (await session.scalars(select(AuditHead))).one()


async def audit_events(session: AsyncSession, after: int, limit: int) -> Sequence[AuditEvent]:
    """Lines of the chain in order, from the one behind `after`."""
    rows = await session.scalars(select(AuditEvent).where(AuditEvent.seq > after).order_by(AuditEvent.seq).limit(limit))
    return rows.all()


async def search_audit(
    session: AsyncSession,
    *,
    verb: str | None = None,
    actor: str | None = None,
    object_id: str | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    before: int | None = None,
    limit: int,
) -> Sequence[AuditEvent]:
    """Lines of the log that answer to all that is given, newest first; `since` is included, `until` is not."""
    query = select(AuditEvent)
    if verb:
        query = query.where(AuditEvent.verb == verb)
    if actor:
        query = query.where(AuditEvent.actor == actor)
    if object_id:
        query = query.where(AuditEvent.object_id == object_id)
    if since:
        query = query.where(AuditEvent.at >= since)
    if until:
        query = query.where(AuditEvent.at < until)
    if before:
        query = query.where(AuditEvent.seq < before)
    return (await session.scalars(query.order_by(AuditEvent.seq.desc()).limit(limit))).all()


async def add(session: AsyncSession, row: Base) -> None:
    """Stores a new row."""
    session.add(row)
    await session.flush()
