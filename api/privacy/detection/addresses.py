"""Streets with a house number, and postcodes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from api.privacy.detection.finding import Finding
from api.privacy.detection.lists import streets, words

_ADDITION = r"(?: ?-?(?:[a-zA-Z]|bis|hs|huis|rood|zwart|I{1,3}|IV)(?![\w'’])|-\d{1,3}(?!\d))?"
_COUNTED = r"euro|uur|jaar|maand|weken|week|dagen|dag|keer|x\b|meter|km|groep|procent"
_NUMBER = rf"(?:nr\.? ?|nummer |huisnummer )?\d{{1,4}}{_ADDITION}(?![\d.,:]\d|\w|%| ?(?:{_COUNTED}))"
_SUFFIX = (
    "straat|laan|weg|plein|hof|dreef|pad|kade|singel|dijk|steeg|park|plantsoen|akker|akkers|veld|velden|eind|einde|hoek|baan|markt|gracht"
    "|wal|berg|heide|donk|hoeve|poort|brink|erf|ring|burg|bosch|sloot|stroom"
)
_PART = r"[^\W\d_][\w.'’-]{0,40}"
_STREET = re.compile(rf"(?<![\w-])((?:{_PART} ){{0,3}}[^\W\d_][\w'’-]{{0,60}}(?:{_SUFFIX})) {_NUMBER}", re.IGNORECASE)
_ANY = re.compile(rf"(?<![\w-])((?:{_PART} ){{0,3}}{_PART}) {_NUMBER}")
_WITH_YEAR = re.compile(rf"\b(?:plein|laan) (?:19\d\d|20\d\d) {_NUMBER}", re.IGNORECASE)
_LIVES = re.compile(
    r"\b(?:woon|woont|wonen|woonde|adres|ingeschreven|verhuisd|huis|flat)\b[^.!?\n]{0,20}$", re.IGNORECASE
)
_WORDS_FOR_IT = words("words_for_it")
_NOT_A_STREET = words("not_a_street")
_BEFORE_STREET = words("before_street")
_PREPOSITIONS = frozenset({"op", "aan", "in", "te", "bij", "van"})
# Two small letters behind a year or a sum are more often a word: "2024 en", "1250 of".
_LITTLE_WORDS = "al|nr|de|en|er|ik|in|is|je|me|na|nu|of|om|op|te|we|ze|zo|ma|pa|km|x|à"
_POSTCODE = re.compile(
    rf"(?<![\w.,-])(?<!€ )[1-9]\d{{3}}(?:[A-Za-z]{{2}}| [A-Z]{{2}}| (?!(?:{_LITTLE_WORDS})(?: |$))[a-z]{{2}})(?![\w'’])"
)
_CALLED_POSTCODE = re.compile(r"\bpost ?code(?: is|:|=)? ?[1-9]\d{3}", re.IGNORECASE)
_HOUSE = re.compile(rf",? {_NUMBER}")


def find_addresses(text: str) -> Iterator[Finding]:
    """Streets with their house number, and the house number behind a postcode."""
    if not any(sign.isdecimal() for sign in text):
        return
    for match in _WITH_YEAR.finditer(text):
        yield Finding("address", *match.span())
    for match in _STREET.finditer(text):
        start = _start_of_street(match, cued=bool(_LIVES.search(text[: match.start(1)])))
        if start is not None:
            yield Finding("address", start, match.end())
    for match in _ANY.finditer(text):
        start = _start_in_list(text, match)
        if start is not None:
            yield Finding("address", start, match.end())


def find_postcodes(text: str) -> Iterator[Finding]:
    """Postcodes with their letters; the house number that follows is an address of its own."""
    for match in _POSTCODE.finditer(text):
        letters = match.group()[-2:]
        lower_apart = " " in match.group() and letters.islower()
        behind = _HOUSE.match(text, match.end())
        if lower_apart and not behind and not _CALLED_POSTCODE.search(text, 0, match.end()):
            continue
        yield Finding("postcode", *match.span())
        if behind:
            yield Finding(
                "address", behind.start() + len(behind.group()) - len(behind.group().lstrip(", ")), behind.end()
            )


def _start_of_street(match: re.Match[str], *, cued: bool) -> int | None:
    """Where the street begins: its last word, and the words before it that belong to its name."""
    words = match.group(1).split(" ")
    last = words[-1]
    if last.lower() in _NOT_A_STREET:
        return None
    taken = 1
    for number in range(2, len(words) + 1):
        if " ".join(words[-number:]).lower() in streets() or words[-number].lower().rstrip(".") in _BEFORE_STREET:
            taken = number
    at = match.start(1) + len(match.group(1)) - len(" ".join(words[-taken:]))
    if taken > 1:
        return at
    if last.lower() in _WORDS_FOR_IT:
        # "op straat 3 weken", "de laan is 5 meter": the bare word is no name of a street, unless in capitals it is ("Markt 5").
        return at if last[0].isupper() and last.lower() in streets() else None
    return at if last[0].isupper() or cued or last.lower() in streets() else None


def _start_in_list(text: str, match: re.Match[str]) -> int | None:
    """Where a street of the list begins that has no telling end ("Pandelaar 100"); only with a capital or behind "ik woon"."""
    words = match.group(1).split(" ")
    for number in range(len(words), 0, -1):
        name = " ".join(words[-number:])
        if name.lower() not in streets() or words[-number] in _PREPOSITIONS:
            continue
        at = match.start(1) + len(match.group(1)) - len(name)
        capital = any(word[0].isupper() for word in words[-number:])
        before = text[:at].rstrip()
        opens = not before or before[-1] in ".!?\n"
        if _LIVES.search(text[:at]) or (capital and (not opens or number > 1 or len(name) > 7)):
            return at
    return None
