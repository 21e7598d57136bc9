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
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
# Looks ahead without taking: the words after an account number look like more of it, and may be another one.
_IBAN = re.compile(r"\b(?=([A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]){11,30}))", re.IGNORECASE)
_WORD_END = re.compile(r"(?<=\w)\b")
_DIGITS = re.compile(r"(?<!\d)(?<!\d[.-])\d(?:[ .-]?\d){8}(?![.-]?\d)")
_LETTER_AT_DIGIT = re.compile(r"[^\W\d_](?=[+\d])|(?<=\d)[^\W\d_]")
_ADDRESS = re.compile(
    r"\b(?i:[A-Z][\w'-]{0,60}(?:straat|laan|weg|plein|hof|dreef|pad|kade|singel|dijk|steeg|park)) \d{1,4}(?: ?[a-zA-Z])?\b"
    # A postcode and a house number, but not "2024 en 2025".
    r"|\b[1-9]\d{3}(?:[A-Za-z]{2}| [A-Z]{2}| (?!(?:al|de|en|er|ik|in|is|je|me|na|nu|of|om|op|te|we|ze|zo) )[a-z]{2}),? \d{1,4}\b"
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
        for end in reversed([end.start() for end in _WORD_END.finditer(text, *match.span(1))]):
            if iban.is_valid(text[match.start() : end], check_country=False):
                yield Finding("iban", match.start(), end)
                break
    # The matcher passes over "tel0612345678", so it gets a text of the same length where letters let go of digits.
    apart = _LETTER_AT_DIGIT.sub(" ", text)
    for number in phonenumbers.PhoneNumberMatcher(apart, "NL", leniency=phonenumbers.Leniency.VALID):
        # Nine bare digits that pass the 11-test are a BSN before they are a phone number.
        if not _is_bsn(number.raw_string):
            yield Finding("phone", number.start, number.end)
    for match in _DIGITS.finditer(text):
        if _is_bsn(match.group()):
            yield Finding("bsn", *match.span())
    for match in _BIRTHDATE.finditer(text):
        yield Finding("birthdate", *match.span())
    for match in _ADDRESS.finditer(text):
        yield Finding("address", *match.span())


def _is_bsn(text: str) -> bool:
    """Nine digits, in any script, that pass the 11-test; "10-11-2009 7" has two kinds of separators and is a date with something after."""
    separators = {sign for sign in text if not sign.isdecimal()}
    return len(separators) <= 1 and bsn.is_valid("".join(str(int(sign)) for sign in text if sign.isdecimal()))


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

    text = _without_brackets(text)
    if whole is not None:
        return name_for(whole, text.strip()), fresh
    parts, position = [], 0
    for finding in find_identifiers(text):
        value = text[finding.start : finding.end]
        parts += [text[position : finding.start], BSN_MASK if finding.kind == "bsn" else name_for(finding.kind, value)]
        position = finding.end
    return "".join([*parts, text[position:]]), fresh


def _without_brackets(text: str) -> str:
    """The text without our brackets: a resident cannot type a placeholder of ours into being."""
    return text.replace("⟨", "(").replace("⟩", ")")


def redact(text: str) -> tuple[str, list[dict[str, str]]]:
    """The text with placeholders, and what was taken out: type and value, in the order of the text."""
    text = _without_brackets(text)
    redacted, _ = pseudonymise(text, {})
    return redacted, [{"type": item.kind, "value": text[item.start : item.end]} for item in find_identifiers(text)]


def resolve(text: str, known: Mapping[str, str]) -> str:
    """The text with every placeholder of this conversation replaced by its value."""
    return PLACEHOLDER.sub(lambda match: known.get(match.group(), match.group()), text)
