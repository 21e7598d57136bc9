"""What is stored can be read with our keys only, also after a new key came, and not after somebody changed it."""

from __future__ import annotations

import base64

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given, settings
from hypothesis import strategies as st

from api.privacy.encryption import KeyRing

TEXT = "ik kan de huur niet betalen, Čapek 👩‍👩‍👧"


@settings(deadline=None, derandomize=True)
@given(st.text())
def test_text_comes_back_as_it_was(text: str) -> None:
    ring = KeyRing(["a key"])
    assert ring.decrypt(ring.encrypt(text)) == text


def test_same_text_looks_different_every_time() -> None:
    ring = KeyRing(["a key"])
    stored = {ring.encrypt(TEXT) for _ in range(50)}
    assert len(stored) == 50
    assert not any("huur" in text for text in stored)


def test_what_an_older_key_closed_can_still_be_opened() -> None:
    stored = KeyRing(["old"]).encrypt(TEXT)
    ring = KeyRing(["new", "old"])
    assert ring.decrypt(stored) == TEXT


def test_newest_key_closes() -> None:
    stored = KeyRing(["new", "old"]).encrypt(TEXT)
    assert KeyRing(["new"]).decrypt(stored) == TEXT
    with pytest.raises(KeyError):
        KeyRing(["old"]).decrypt(stored)


def test_wrong_key_is_told_from_a_damaged_text() -> None:
    stored = KeyRing(["ours"]).encrypt(TEXT)
    with pytest.raises(KeyError):
        KeyRing(["theirs"]).decrypt(stored)


def test_key_cannot_be_read_from_its_id() -> None:
    assert "secret" not in KeyRing(["secret"]).encrypt(TEXT)
    ids = {KeyRing([secret]).encrypt("").partition(":")[0] for secret in ("secret", "secret ", "Secret")}
    assert len(ids) == 3


@pytest.mark.parametrize("place", [0, 5, 11, 12, 20, -17, -1])
def test_changed_text_is_refused(place: int) -> None:
    ring = KeyRing(["a key"])
    key_id, _, payload = ring.encrypt(TEXT).partition(":")
    sealed = bytearray(base64.b64decode(payload))
    sealed[place] ^= 1
    with pytest.raises(InvalidTag):
        ring.decrypt(f"{key_id}:{base64.b64encode(sealed).decode()}")


def test_end_that_was_cut_off_is_noticed() -> None:
    ring = KeyRing(["a key"])
    key_id, _, payload = ring.encrypt(TEXT).partition(":")
    with pytest.raises(InvalidTag):
        ring.decrypt(f"{key_id}:{base64.b64encode(base64.b64decode(payload)[:-4]).decode()}")


def test_fingerprint_tells_same_from_other_and_needs_the_key() -> None:
    ring = KeyRing(["a key"])
    assert KeyRing(["a", "b"], marking="m").fingerprint(TEXT) == KeyRing(["c", "a"], marking="m").fingerprint(TEXT)
    assert ring.fingerprint(TEXT) != ring.fingerprint(f"{TEXT} ")
    assert ring.fingerprint(TEXT) != KeyRing(["another key"]).fingerprint(TEXT)
