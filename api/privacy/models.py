"""The vault, with what stands behind the placeholders that the assistant sees, and the audit log."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base, UtcDateTime
from api.privacy.encryption import EncryptedText


class VaultEntry(Base):
    """One identifying value of one conversation, known to the assistant only by its placeholder."""

    __tablename__ = "vault_entries"
    __table_args__ = (UniqueConstraint("conversation_id", "placeholder"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    placeholder: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(EncryptedText)


class AuditEvent(Base):
    """One line of the audit log. Appended by `audit.record`, never edited: the database refuses it (migration 0003)."""

    __tablename__ = "audit_events"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[str] = mapped_column(String(40), index=True)
    """The id of a person, or `resident`, `assistant` or `system`."""
    verb: Mapped[str] = mapped_column(String(40), index=True)
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str | None] = mapped_column(String(80), index=True)
    changed_from: Mapped[str | None] = mapped_column(String(200))
    changed_to: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(EncryptedText)
    request_id: Mapped[str | None] = mapped_column(String(40))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """Where the chain ends, and where it starts since older lines were removed. One row, which writers of the chain lock."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    start_seq: Mapped[int]
    start_hash: Mapped[str] = mapped_column(String(64))
