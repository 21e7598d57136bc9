"""All identifiers in a text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from api.privacy.detection.addresses import find_addresses, find_postcodes
from api.privacy.detection.dates import find_birthdates
from api.privacy.detection.finding import Finding
from api.privacy.detection.names import find_names
from api.privacy.detection.numbers import find_bsns, find_emails, find_ibans, find_phones
from api.privacy.detection.plates import find_plates

# In this order: the first to claim a stretch of text keeps it.
_RECOGNISERS: tuple[Callable[[str], Iterator[Finding]], ...] = (
    find_emails,
    find_ibans,
    find_birthdates,
    find_plates,
    find_phones,
    find_bsns,
    find_postcodes,
    find_addresses,
)


def find_identifiers(text: str) -> list[Finding]:
    """All identifiers in `text`, in order and without overlap."""
    found: list[Finding] = []
    for recognise in _RECOGNISERS:
        for finding in recognise(text):
            if all(finding.end <= other.start or finding.start >= other.end for other in found):
                found.append(finding)
    found += find_names(_without(text, found))
    return sorted(found, key=lambda finding: finding.start)


def _without(text: str, found: list[Finding]) -> str:
    """The text of the same length in which what was found is no word any more: "Karim Bouzid Kerkstraat 4" is a name and an address."""
    for finding in found:
        text = text[: finding.start] + "0" * (finding.end - finding.start) + text[finding.end :]
    return text
