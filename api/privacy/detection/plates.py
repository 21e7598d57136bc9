"""Dutch licence plates, in the forms that the RDW has given out since 1951 (sidecodes 1 to 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from api.privacy.detection.finding import Finding

_SIDECODES = (
    "XX-99-99",
    "99-99-XX",
    "99-XX-99",
    "XX-99-XX",
    "XX-XX-99",
    "99-XX-XX",
    "99-XXX-9",
    "9-XXX-99",
    "XX-999-X",
    "X-999-XX",
    "XXX-99-X",
    "X-99-XXX",
    "9-XX-999",
    "999-XX-9",
)


def _plate(between: str, letter: str = "[A-Z]") -> str:
    forms = [
        code.replace("-", "~").replace("X", letter).replace("9", r"\d").replace("~", between) for code in _SIDECODES
    ]
    return "(?<![\\w-])((?:" + "|".join(forms) + "))(?![\\w-])"


_WITH_DASHES = re.compile(_plate("-"), re.IGNORECASE)
# Without dashes: behind a word for a plate any letters, behind a word for a car no vowels, as on plates since 1978 ("auto, 74 jaar").
_CALLED = re.compile(
    rf"\b(?:kenteken(?:plaat)?|nummer(?:plaat|bord)|plaat)\b[^\n.!?]{{0,12}}?{_plate('[ -]?')}", re.IGNORECASE
)
_OF_A_CAR = re.compile(
    rf"\b(?:auto|wagen|brommer|scooter|motor|bus)\b[^\n.!?]{{0,20}}?{_plate('[ -]?', '[B-DF-HJ-NP-TV-XZ]')}",
    re.IGNORECASE,
)


def find_plates(text: str) -> Iterator[Finding]:
    """Plates with their dashes, and plates without when the words before them say what they are."""
    for pattern in (_WITH_DASHES, _CALLED, _OF_A_CAR):
        for match in pattern.finditer(text):
            yield Finding("licenseplate", *match.span(1))
