"""The keys of this installation: from the environment, else from files that were made on first use."""

from __future__ import annotations

from api.privacy.audit import use_audit_key
from api.privacy.encryption import KeyRing, use_keys
from api.settings import Settings, stored_secret


def open_keys(settings: Settings) -> None:
    """Gives this process its keys. Called once at the start of every process and command that reads or writes the database."""
    folder = settings.data / "keys"
    use_keys(KeyRing([settings.key or stored_secret(folder, "encryption")]))
    use_audit_key(settings.audit_key or stored_secret(folder, "audit"))
