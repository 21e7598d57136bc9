"""The vault: what stands behind the placeholders that the assistant sees."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
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
