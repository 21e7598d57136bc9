"""What the environment decides. Everything else is catalogue data."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.mail import check_smtp_url

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Read from `VOORDEUR_*` variables. The names are fixed by the contract."""

    model_config = SettingsConfigDict(env_prefix="VOORDEUR_", extra="ignore")

    env: Literal["development", "production"] = "development"
    port: int = Field(default=8000, ge=1, le=65_000)
    data: Path = ROOT / ".voordeur"
    database_url: str | None = None
    redis_url: str | None = None
    trusted_proxies: str = ""
    """Addresses or networks, with commas, of our own proxies: only from them `X-Forwarded-For` is believed."""
    catalogue: Path = ROOT / "catalogue" / "demo"
    assistant_url: str | None = None
    assistant_token: str = ""
    service_token: str = ""
    assistant_timeout_seconds: float = 8.0
    # A library or neighbourhood centre is one address with many residents: the limit that bites is that of the conversation.
    limit_messages_per_conversation: str = "30/minute"
    limit_messages_per_address: str = "3000/minute"
    limit_conversations_per_address: str = "600/minute"
    limit_requests_per_installation: str = "12000/minute"
    limit_sign_ins_per_account: str = "15/15 minutes"
    limit_sign_ins_per_address: str = "150/15 minutes"
    smtp_url: Annotated[str | None, AfterValidator(check_smtp_url)] = None
    """The mail server for notices to professionals, such as `smtp+starttls://name:password@host:587`; none: no mail."""
    mail_from: str | None = None
    """Who the notices are from: an address, or `Voordeur <voordeur@organisation.example>`."""
    hosts: str = "*"
    """Names under which browsers reach us, with spaces between; a request for another name is refused."""
    second_factor: Literal["required", "optional"] | None = None
    """Whether everybody who works here signs in with a code of an app too; required in production unless told otherwise."""
    oidc_issuer: str | None = Field(default=None, max_length=140)
    """The organisation's own sign-in (OpenID Connect), such as `https://login.organisation.example`; none: with a password only."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    oidc_claim: str = "email"
    """What the provider tells that is the e-mail address a person has here: `email`, `preferred_username` or `upn`."""
    oidc_acr: str = ""
    oidc_amr: str = ""
    """By which words, with spaces between, the provider says that a second factor was used; one of them has to be there."""
    telegram_token: SecretStr | None = None
    """What BotFather gave for the bot; without it there is no Telegram."""
    telegram_api: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_secret: str = ""
    """What Telegram must say with each update it posts; made in the data folder when it is not set."""
    demo_password: str | None = None
    key: str | None = None
    audit_key: str | None = None
    widget_sites: str = ""
    """Sites that may show the chat in a frame, such as `https://www.gemeente.example`; several with a space between."""

    public_url: str | None = None
    """Where people reach this installation, such as `https://voordeur.organisation.example`; stands in mails, and Telegram posts there."""

    @property
    def public_address(self) -> str:
        """Where others reach us, without a slash at the end; this machine unless told otherwise."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def assistant_address(self) -> str:
        """Where Rasa listens: one above our own port unless told otherwise."""
        return self.assistant_url or f"http://127.0.0.1:{self.port + 1}"

    @property
    def actions_address(self) -> str:
        """Where the action server listens: two above our own port."""
        return f"http://127.0.0.1:{self.port + 2}"

    @property
    def database_address(self) -> str:
        """The SQLAlchemy address of the database; a file in the data folder by default."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data / 'voordeur.sqlite3'}"

    @property
    def second_factor_needed(self) -> bool:
        """Whether nobody works without a second factor."""
        return (self.second_factor or ("required" if self.production else "optional")) == "required"

    @property
    def production(self) -> bool:
        """Whether real residents are on the other side."""
        return self.env == "production"


def stored_secret(folder: Path, name: str) -> str:
    """The secret kept in `folder/name`, made on first use and readable by its owner only.

    Two processes of one installation must agree on a token without anybody typing it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(32))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()
