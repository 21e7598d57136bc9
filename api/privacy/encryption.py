"""Encryption at rest: what residents say and who they are is unreadable in a copy of the database.

AES-256-GCM (NIST SP 800-38D) by `cryptography`, with the key's id in front so that keys can be replaced one by one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

_NONCE_BYTES = 12


class Follow(Protocol):
    """Where newer keys come from while a process runs."""

    def changed(self, *, at_once: bool = False) -> list[str] | None:
        """The keys when they have changed since the last look."""


class KeyRing:
    """The keys of this installation, newest first: the first one encrypts, all of them decrypt."""

    def __init__(self, secrets: list[str], *, marking: str | None = None, follow: Follow | None = None) -> None:
        self._marking = hashlib.sha256(b"fingerprint:" + (marking or secrets[0]).encode()).digest()
        self._follow = follow
        self._take(secrets)

    def _take(self, secrets: list[str]) -> None:
        keys = {}
        for secret in secrets:
            key = hashlib.sha256(secret.encode()).digest()
            keys[hashlib.sha256(b"id:" + key).hexdigest()[:8]] = AESGCM(key)
        self._keys = keys
        self.current = next(iter(keys))
        """The id of the key that encrypts."""

    def _look(self, *, at_once: bool = False) -> None:
        newer = self._follow.changed(at_once=at_once) if self._follow else None
        if newer:
            self._take(newer)

    def encrypt(self, text: str) -> str:
        """`<key id>:<base64 of nonce and ciphertext>`."""
        self._look()
        nonce, key_id = os.urandom(_NONCE_BYTES), self.current
        sealed = self._keys[key_id].encrypt(nonce, text.encode(), None)
        return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"

    def decrypt(self, stored: str) -> str:
        """The text again. Raises `KeyError` when its key is not in the ring."""
        key_id, _, payload = stored.partition(":")
        if key_id not in self._keys:
            # Another process has a newer key than we have seen.
            self._look(at_once=True)
        sealed = base64.b64decode(payload)
        return self._keys[key_id].decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None).decode()

    def fingerprint(self, text: str) -> str:
        """Tells whether a text is the same as an earlier one, and nothing to who lacks the key: a plain hash of a number can be guessed."""
        return hmac.new(self._marking, text.encode(), hashlib.sha256).hexdigest()


_ring: KeyRing | None = None


def use_keys(ring: KeyRing) -> None:
    """Sets the keys that encrypted columns of this process use. Called once at start."""
    global _ring
    _ring = ring


def fingerprint(text: str) -> str:
    """The fingerprint of a text, the same for as long as this installation lives."""
    assert _ring is not None, "use_keys() has not been called"
    return _ring.fingerprint(text)


def seal(text: str) -> str:
    """A text that somebody else keeps for us and can neither read nor change."""
    assert _ring is not None, "use_keys() has not been called"
    return _ring.encrypt(text)


def unseal(sealed: str) -> str:
    """The text again. Raises `ValueError` when it is not from us, or from keys that are gone."""
    assert _ring is not None, "use_keys() has not been called"
    try:
        return _ring.decrypt(sealed)
    except (KeyError, InvalidTag, ValueError) as error:
        raise ValueError("not sealed by us") from error


class EncryptedText(TypeDecorator[str]):
    """A text column that only ever holds ciphertext."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypts on the way in."""
        if value is None:
            return None
        assert _ring is not None, "use_keys() has not been called"
        return _ring.encrypt(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Decrypts on the way out."""
        if value is None:
            return None
        assert _ring is not None, "use_keys() has not been called"
        return _ring.decrypt(value)


class EncryptedJson(EncryptedText):
    """A column for lists and dicts that only ever holds ciphertext."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """As JSON, encrypted, on the way in."""
        return super().process_bind_param(None if value is None else json.dumps(value, ensure_ascii=False), dialect)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The value again."""
        text = super().process_result_value(value, dialect)
        return None if text is None else json.loads(text)
