"""What a recogniser gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["name", "bsn", "iban", "phone", "email", "address", "postcode", "birthdate", "licenseplate"]


@dataclass(frozen=True)
class Finding:
    """One identifier in a text: its kind, and where it starts and ends (characters)."""

    kind: Kind
    start: int
    end: int
