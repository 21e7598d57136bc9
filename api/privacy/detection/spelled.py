"""Numbers written in words: "nul zes twaalf vierendertig"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ONES = {
    "nul": "0",
    "een": "1",
    "één": "1",
    "twee": "2",
    "drie": "3",
    "vier": "4",
    "vijf": "5",
    "zes": "6",
    "zeven": "7",
    "acht": "8",
    "negen": "9",
}
_TEENS = {
    "tien": "10",
    "elf": "11",
    "twaalf": "12",
    "dertien": "13",
    "veertien": "14",
    "vijftien": "15",
    "zestien": "16",
    "zeventien": "17",
    "achttien": "18",
    "negentien": "19",
}
_TENS = {
    "twintig": 20,
    "dertig": 30,
    "veertig": 40,
    "vijftig": 50,
    "zestig": 60,
    "zeventig": 70,
    "tachtig": 80,
    "negentig": 90,
}


def _numbers() -> dict[str, str]:
    found = _ONES | _TEENS | {word: str(value) for word, value in _TENS.items()}
    for one, digit in list(_ONES.items())[1:]:
        for ten, value in _TENS.items():
            for link in ("en", "ën"):
                found[f"{one}{link}{ten}"] = str(value + int(digit))
    return found


NUMBERS = _numbers()
"""Word to digits, 0 to 99."""
NUMBER = "|".join(sorted(NUMBERS, key=len, reverse=True))
_WORD = rf"(?:{NUMBER}|\d{{1,10}})"
_RUN = re.compile(rf"\b{_WORD}(?:[ ,.-]+{_WORD})*\b", re.IGNORECASE)
_ONE = re.compile(_WORD, re.IGNORECASE)


@dataclass(frozen=True)
class Spelled:
    """A row of number words as digits, and where it stands."""

    digits: str
    start: int
    end: int


def spelled_numbers(text: str) -> Iterator[Spelled]:
    """Rows of numbers of which at least two are words; digits between them count along."""
    for run in _RUN.finditer(text):
        words = _ONE.findall(run.group())
        if sum(not word.isdigit() for word in words) >= 2:
            yield Spelled("".join(NUMBERS.get(word.lower(), word) for word in words), *run.span())
