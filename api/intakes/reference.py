"""The number a resident gets: easy to read aloud, impossible to guess, without a word about the resident."""

from __future__ import annotations

import secrets

# Without 0 O 1 I L: nobody should have to ask which of the two it is. 31 signs, 8 places: 8.5e11 references.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_reference() -> str:
    """A reference like `V-7K3F-9QXM`."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"V-{signs[:4]}-{signs[4:]}"
