"""Phone numbers, account numbers, citizen service numbers and e-mail addresses. Libraries decide what is valid."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from stdnum import iban
from stdnum.nl import bsn

from api.privacy.detection.finding import Finding
from api.privacy.detection.spelled import spelled_numbers

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_TOP = "nl|com|net|org|eu|be|de|example|info|nu"
# For those who cannot find the sign: "jan punt smit apenstaartje gmail punt com", "kees at gmail.com".
_EMAIL_IN_WORDS = re.compile(
    rf"\b[\w+-]+(?:(?:\.| punt | dot )[\w+-]+){{0,4}}(?: ?\(at\) ?| ?\[at\] ?| at | apenstaart(?:je)? | @ | @|@ )"
    rf"[\w-]+(?:(?:\.| punt | dot )[\w-]+){{0,3}}(?:\.| ?punt | dot )(?:{_TOP})\b",
    re.IGNORECASE,
)
_AT = re.compile(r" @|@ |[(\[]at[)\]]| at | apenstaart", re.IGNORECASE)
# Looks ahead without taking: the words after an account number look like more of it, and may be another one.
_IBAN = re.compile(r"\b(?=([A-Z]{2} ?\d{2}(?:[ .-]?[A-Z0-9]){11,30}))", re.IGNORECASE)
_WORD_END = re.compile(r"(?<=\w)\b")
_DIGITS = re.compile(r"(?<!\d)(?<!\d[.-])\d(?:[ .-]?\d){8}(?![.-]?\d)")
# Said to be one, so it is one, whatever the 11-test says of it: a typing error must not get it stored.
_CALLED_BSN = re.compile(
    r"\b(?:bsn|burger ?service ?nummer|sofi(?:[ -]?nummer)?)(?:[ -]?(?:nummer|nr\.?))?\s*(?:is|:|=|-)?\s*(\d(?:[ .-]?\d){7,8})(?![.-]?\d)",
    re.IGNORECASE,
)
_LETTER_AT_DIGIT = re.compile(r"[^\W\d_](?=[+\d])|(?<=\d)[^\W\d_]")
# Mobile numbers in any grouping, also those that the matcher does not know.
_MOBILE = re.compile(r"(?<![\d.])(?:\+31[ -]?(?:\(0\))?|0031[ -]?|\(?0)[ -]?6\)?(?:[ ./-]{0,3}\d){8}(?!\d)")


def find_emails(text: str) -> Iterator[Finding]:
    """E-mail addresses, also in words."""
    patterns = [_EMAIL] if "@" in text else []
    if _AT.search(text):
        patterns.append(_EMAIL_IN_WORDS)
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield Finding("email", *match.span())


def find_ibans(text: str) -> Iterator[Finding]:
    """Account numbers whose check digits are right (ISO 13616)."""
    for match in _IBAN.finditer(text):
        for end in reversed([end.start() for end in _WORD_END.finditer(text, *match.span(1))]):
            if iban.is_valid(text[match.start() : end], check_country=False):
                yield Finding("iban", match.start(), end)
                break


def find_phones(text: str) -> Iterator[Finding]:
    """Phone numbers of any country, also in words."""
    # The matcher passes over "tel0612345678", so it gets a text of the same length where letters let go of digits.
    apart = _LETTER_AT_DIGIT.sub(" ", text)
    for number in phonenumbers.PhoneNumberMatcher(apart, "NL", leniency=phonenumbers.Leniency.VALID):
        # Nine bare digits that pass the 11-test are a BSN before they are a phone number.
        if not is_bsn(number.raw_string):
            yield Finding("phone", number.start, number.end)
    for match in _MOBILE.finditer(apart):
        yield Finding("phone", *match.span())
    for run in spelled_numbers(text):
        if len(run.digits) == 10 and run.digits.startswith("0"):
            yield Finding("phone", run.start, run.end)


def find_bsns(text: str) -> Iterator[Finding]:
    """Citizen service numbers: nine digits that pass the 11-test, or a number that is called so."""
    for match in _CALLED_BSN.finditer(text):
        yield Finding("bsn", *match.span(1))
    for match in _DIGITS.finditer(text):
        if is_bsn(match.group()):
            yield Finding("bsn", *match.span())
    for run in spelled_numbers(text):
        if len(run.digits) == 9 and is_bsn(run.digits):
            yield Finding("bsn", run.start, run.end)


def is_bsn(text: str) -> bool:
    """Nine digits, in any script, that pass the 11-test; "10-11-2009 7" has two kinds of separators and is a date with something after."""
    separators = {sign for sign in text if not sign.isdecimal()}
    return len(separators) <= 1 and bsn.is_valid("".join(str(int(sign)) for sign in text if sign.isdecimal()))
