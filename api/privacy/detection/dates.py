"""Dates of birth: told apart from other dates by the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from api.privacy.detection.finding import Finding
from api.privacy.detection.spelled import NUMBER

_MONTH = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
    "|jan|feb|mrt|apr|jun|jul|aug|sept|sep|okt|nov|dec"
)
_SIGNS = r"\d{1,2} ?[-/.] ?\d{1,2} ?[-/.] ?(?:\d{4}|\d{2})"
_MONTH_DATE = rf"\d{{1,2}}(?:e|ste|de)? (?:{_MONTH})\.?,? (?:\d{{4}}|'?\d{{2}})\b"
_YEAR_IN_WORDS = rf"(?:(?:negentienhonderd|tweeduizend)(?:[ -]?(?:en )?(?:{NUMBER}))?|negentien(?: ?(?:{NUMBER}))?)"
_WORDS = rf"(?:{NUMBER}) (?:{_MONTH}) {_YEAR_IN_WORDS}\b"
_DATE = rf"(?:{_MONTH_DATE}|{_SIGNS}|{_WORDS})(?!\d)"
_BEFORE = (
    r"\b(?:geboren(?: is| ben)?(?: op)?|geb(?:oorte)?\.?(?: ?op)?|geb\.?datum|geboorte ?(?:datum|dag)|(?:ik|hij|zij|ze) (?:ben|is) van"
    r"|(?:verjaar|geboorte)dag)(?: is| was)?(?: op)?[ :=,]*(?:de )?"
)
_AFTER = r"(?=,? (?:is |ben |was )?(?:hij |zij |ze |ik )?geboren\b)"
_BIRTHDATE = re.compile(rf"{_BEFORE}({_DATE})|({_DATE}){_AFTER}", re.IGNORECASE)
# Behind a name or an opening bracket, as people write who fill in a form by themselves: "Jan de Vries, 12-03-1980".
_BARE = re.compile(
    rf"(?:(?<=[^\W\d_],)|(?<=[^\W\d_])|(?<=\()) ?(?<![\d.-])"
    rf"((?:\d{{1,2}}[-/]\d{{1,2}}[-/]|\d{{1,2}} (?:{_MONTH}) )(?:19[2-9]\d|20[01]\d))(?![\d-])"
)
_OTHER_DATE = re.compile(
    r"\b(?:op|van|tot|t/m|sinds|vanaf|per|voor|na|tussen|en|dd|datum|brief|d\.d\.|ingaande|begin|eind|rond|om)$",
    re.IGNORECASE,
)


def find_birthdates(text: str) -> Iterator[Finding]:
    """Dates that are said to be of a birth, and dates that stand behind a name."""
    for match in _BIRTHDATE.finditer(text):
        yield Finding("birthdate", *match.span(1 if match.group(1) else 2))
    for match in _BARE.finditer(text):
        before = text[: match.start(1)].rstrip(" ,(")
        last = before.split()[-1] if before.split() else ""
        if last[:1].isupper() and not _OTHER_DATE.search(before):
            yield Finding("birthdate", *match.span(1))
