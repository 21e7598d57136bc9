"""The keys of this installation: from the environment, else from files that were made on first use."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

from api.privacy.audit import use_audit_key
from api.privacy.encryption import KeyRing, use_keys
from api.settings import Settings, stored_secret

NAME = "encryption"
# A key of production is at least this long: 32 random bytes in base64 have 44 signs, in hexadecimal 64.
SHORTEST_KEY = 32
# A process that runs on looks this often whether there is a newer key.
LOOK_AGAIN_SECONDS = 5.0


class NoNewKey(Exception):
    """There is no other key to encrypt with; the message says what to do."""


class KeyFile:
    """The file with the keys, a line each, newest first. A running process follows it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._looked = time.monotonic()
        self._stamp = path.stat().st_mtime_ns

    def keys(self) -> list[str]:
        """The keys as they are now."""
        return self._path.read_text(encoding="ascii").split()

    def changed(self, *, at_once: bool = False) -> list[str] | None:
        """The keys when the file has changed since the last look; None when not, or when the last look was a moment ago."""
        if not at_once and time.monotonic() - self._looked < LOOK_AGAIN_SECONDS:
            return None
        self._looked = time.monotonic()
        stamp = self._path.stat().st_mtime_ns
        if stamp == self._stamp:
            return None
        self._stamp = stamp
        return self.keys()

    def write(self, keys: list[str]) -> None:
        """Replaces the file as a whole: no reader sees half of it."""
        new = self._path.with_suffix(".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write("\n".join(keys) + "\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)


def key_file(settings: Settings) -> KeyFile | None:
    """The file with the keys, made on first use; None when they are in the environment."""
    if settings.key:
        return None
    stored_secret(settings.data / "keys", NAME)
    return KeyFile(settings.data / "keys" / NAME)


def open_keys(settings: Settings) -> KeyRing:
    """Gives this process its keys. Called once at the start of every process and command that reads or writes the database."""
    # It marks texts that must be known again, also after the key of the texts was replaced; so it is never replaced itself.
    lasting = settings.audit_key or stored_secret(settings.data / "keys", "audit")
    file = key_file(settings)
    ring = KeyRing(file.keys() if file else (settings.key or "").split(), marking=lasting, follow=file)
    use_keys(ring)
    use_audit_key(lasting)
    return ring


def add_key(settings: Settings) -> None:
    """Puts a new key in front of the file. Raises `NoNewKey` when the keys are in the environment and there is only one."""
    file = key_file(settings)
    if file is None:
        if len((settings.key or "").split()) < 2:
            raise NoNewKey(
                "VOORDEUR_KEY holds one key. Put a new one in front of it with a space between, restart every process, "
                "and run this again; afterwards take the old one out."
            )
        return
    file.write([secrets.token_urlsafe(32), *file.keys()])


def drop_old_keys(settings: Settings) -> bool:
    """Leaves only the newest key in the file. False when the keys are in the environment: there a person takes the old one out."""
    file = key_file(settings)
    if file is not None:
        file.write(file.keys()[:1])
    return file is not None
