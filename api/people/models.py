"""People who work with Voordeur, and their sign-ins."""

from __future__ import annotations

import datetime as dt
import enum
import uuid

from sqlalchemy import JSON, BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api import clock
from api.database import Base, UtcDateTime, enum_column
from api.privacy.encryption import EncryptedText


class Role(enum.StrEnum):
    """What somebody may do. Privacy officers and administrators see no content."""

    PROFESSIONAL = "professional"
    VOLUNTEER = "volunteer"
    COORDINATOR = "coordinator"
    PRIVACY_OFFICER = "privacy_officer"
    ADMINISTRATOR = "administrator"


class Person(Base):
    """Somebody who can sign in. `team` is a slug of the catalogue; a coordinator has none and sees the queue of all."""

    __tablename__ = "people"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    team: Mapped[str | None] = mapped_column(String(60))
    disciplines: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What somebody is good at: slugs of the catalogue. Routing suggests by it, it forbids nothing."""
    away_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Until when somebody is out of office; questions that wait for a team that is all away go to the coordinator at once."""
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    totp_secret: Mapped[str | None] = mapped_column(EncryptedText)
    """The secret of the authenticator app; it counts as a second factor once `second_factor_since` is set."""
    second_factor_since: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    totp_last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The newest step (30 seconds) that was used: a code that was seen over a shoulder does not work again."""
    single_sign_on: Mapped[str | None] = mapped_column(String(400), unique=True, index=True)
    """Issuer and subject at the organisation's own sign-in (OpenID Connect)."""

    def __str__(self) -> str:
        return f"person {self.id}"


class SignIn(Base):
    """One session of one person, known by the hash of its cookie."""

    __tablename__ = "sign_ins"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)
    last_seen_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=clock.now)
    """When the person last did something; a page that looks for news by itself does not count."""
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    device: Mapped[str] = mapped_column(String(60), default="")
    """Browser and system in two words, for the list of sessions."""
    by_provider: Mapped[bool] = mapped_column(default=False)
    """Whether the organisation's own sign-in let this person in: it asked for the second factor, and our password was not used."""


class RecoveryCode(Base):
    """One of the codes for who has lost the authenticator app. It works once."""

    __tablename__ = "recovery_codes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
