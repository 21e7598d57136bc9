"""Takes direct identifiers out of a text before the assistant sees it, and puts them back for those who may read them.

Found by form: e-mail addresses, Dutch phone numbers, IBAN, BSN, addresses and dates of birth. Found by place in the conversation: when the
assistant has just asked for a name, the whole answer is one. Libraries decide what is valid (phonenumbers, python-stdnum).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import phonenumbers
from stdnum import iban
from stdnum.nl import bsn

PLACEHOLDER = re.compile(r"⟨[a-z]+-\d+⟩")
WORDS = {
    "name": "naam",
    "phone": "telefoon",
    "email": "email",
    "iban": "iban",
    "address": "adres",
    "birthdate": "geboortedatum",
}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}\b", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\d.,-])\d(?:[ .-]?\d){8}(?![\d-])")
_ADDRESS = re.compile(
    r"\b[A-Z][\w'-]*(?:straat|laan|weg|plein|hof|dreef|pad|kade|singel|dijk|steeg|park) \d{1,4} ?[a-zA-Z]?\b"
    r"|\b[1-9]\d{3} ?[A-Za-z]{2},? \d{1,4}\b",
    re.IGNORECASE,
)
_BIRTHDATE = re.compile(
    r"(?<=geboren op )(?:\d{1,2}[-/ ]\d{1,2}[-/ ]\d{2,4}|\d{1,2} [a-z]+ \d{4})|(?<=geboortedatum )\d{1,2}[-/ ]\d{1,2}[-/ ]\d{2,4}",
    re.IGNORECASE,
)
BSN_MASK = "[BSN weggehaald]"


@dataclass(frozen=True)
class Finding:
    """One identifier in a text: its kind, and where it starts and ends (characters)."""

    kind: str
    start: int
    end: int


def find_identifiers(text: str) -> list[Finding]:
    """All identifiers in `text`, in order and without overlap; the first kind to claim a stretch of text keeps it."""
    found: list[Finding] = []
    for finding in _candidates(text):
        if all(finding.end <= other.start or finding.start >= other.end for other in found):
            found.append(finding)
    return sorted(found, key=lambda finding: finding.start)


def _candidates(text: str) -> Iterator[Finding]:
    for match in _EMAIL.finditer(text):
        yield Finding("email", *match.span())
    for match in _IBAN.finditer(text):
        if iban.is_valid(match.group(), check_country=False):
            yield Finding("iban", *match.span())
    for number in phonenumbers.PhoneNumberMatcher(text, "NL", leniency=phonenumbers.Leniency.VALID):
        # Nine bare digits that pass the 11-test are a BSN before they are a phone number.
        if not bsn.is_valid(number.raw_string):
            yield Finding("phone", number.start, number.end)
    for match in _DIGITS.finditer(text):
        if bsn.is_valid(match.group()):
            yield Finding("bsn", *match.span())
    for match in _BIRTHDATE.finditer(text):
        yield Finding("birthdate", *match.span())
    for match in _ADDRESS.finditer(text):
        yield Finding("address", *match.span())


def mask_bsn(text: str) -> str:
    """The text without citizen service numbers: we may not keep them (Wabb), so they are gone before anything is stored."""
    for finding in reversed(find_identifiers(text)):
        if finding.kind == "bsn":
            text = text[: finding.start] + BSN_MASK + text[finding.end :]
    return text


def pseudonymise(text: str, known: Mapping[str, str], whole: str | None = None) -> tuple[str, dict[str, str]]:
    """The text with placeholders, and the placeholders that are new.

    `known` maps placeholders of this conversation to their values: the same value keeps its placeholder. With `whole` (a kind) the whole
    text is one identifier, because the assistant has just asked for it.
    """
    placeholders = {value: name for name, value in known.items()}
    fresh: dict[str, str] = {}

    def name_for(kind: str, value: str) -> str:
        if value not in placeholders:
            word = WORDS[kind]
            number = 1 + sum(name.startswith(f"⟨{word}-") for name in placeholders.values())
            placeholders[value] = f"⟨{word}-{number}⟩"
            fresh[placeholders[value]] = value
        return placeholders[value]

    # A resident cannot type a placeholder of ours into being.
    text = text.replace("⟨", "(").replace("⟩", ")")
    if whole is not None:
        return name_for(whole, text.strip()), fresh
    parts, position = [], 0
    for finding in find_identifiers(text):
        value = text[finding.start : finding.end]
        parts += [text[position : finding.start], BSN_MASK if finding.kind == "bsn" else name_for(finding.kind, value)]
        position = finding.end
    return "".join([*parts, text[position:]]), fresh


def redact(text: str) -> tuple[str, list[dict[str, str]]]:
    """The text with placeholders, and what was taken out: type and value, in the order of the text."""
    redacted, _ = pseudonymise(text, {})
    return redacted, [{"type": item.kind, "value": text[item.start : item.end]} for item in find_identifiers(text)]


def resolve(text: str, known: Mapping[str, str]) -> str:
    """The text with every placeholder of this conversation replaced by its value."""
    return PLACEHOLDER.sub(lambda match: known.get(match.group(), match.group()), text)
