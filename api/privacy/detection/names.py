"""Names of persons, by lists and by the words around them: "ik heet", "mijn zoon", "mevrouw". Small letters are no obstacle.

A word that is only a name is one anywhere; a word that is also something else (Wil, Mei, Bakker) only where the words around it say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from api.privacy.detection.finding import Finding
from api.privacy.detection.lists import first_names, ordinary_words, organisations, places, surnames, words

_TOKEN = re.compile(r"['’][tnsm]\b|(?:[A-Z]\.){1,5}|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PREFIXES = words("prefixes")
_HEADS = words("heads")
_TITLES = words("titles")
_ABBREVIATED = words("abbreviated")
_RELATIONS = words("relations")
# Behind these a name comes whatever it looks like; behind "namens" and "met" only what is on a list.
_SURE = (
    r"heet(?:te)?|heet ik|naam(?: is|:| =|=)|genaamd|spree?kt? (?:u |je )?met|(?:groet(?:en|jes)?)(?: van)?|mvg|gr|ondertekend"
    r"|hoogachtend"
)
_SURE_CUE = re.compile(rf"\b(?:voor|achter)?(?:{_SURE})[,:.]?\s+$", re.IGNORECASE)
_SAYS_WHO = re.compile(rf"\b(?:voor|achter)?(?:{_SURE}|namens|met)[,:.]?\s+$", re.IGNORECASE)
_I_AM = re.compile(r"\b(?:ik )?ben[,:]?\s+$", re.IGNORECASE)
_DETERMINERS = words("determiners")
_OF_ORGANISATIONS = words("of_organisations")
_ORGANISATION_AFTER = words("organisation_after")
_MONTHS = words("months")
_VERBS = words("verbs")
_SMALL_WORDS = words("small_words")


@dataclass(frozen=True)
class _Word:
    """One word of the text and what is known of it."""

    text: str
    start: int
    end: int
    opens: bool
    """Whether a sentence begins here, so that its capital says nothing."""
    capital: bool

    @property
    def low(self) -> str:
        """The word in small letters, without the point behind an abbreviation."""
        return self.text.lower()

    @property
    def first(self) -> bool:
        """Whether it is on the list of first names; of a double name each half must be."""
        return all(part in first_names() for part in self.low.split("-"))

    @property
    def last(self) -> bool:
        """Whether it is on the list of surnames; of a double name the first half counts."""
        return self.low in surnames() or ("-" in self.text and self.low.split("-")[0] in surnames())

    @property
    def ordinary(self) -> bool:
        """Whether it is a word of the language, a place or a month too."""
        word = self.low
        return len(word) == 1 or word in ordinary_words() or word in _SMALL_WORDS or word in _MONTHS or word in places()

    @property
    def initials(self) -> bool:
        """Whether it is "P.J."."""
        return self.text.endswith(".")


def find_names(text: str) -> Iterator[Finding]:
    """Names of persons; titles before them stay in the text, because they tell nobody apart."""
    words = _words(text)
    position = 0
    while position < len(words):
        length = _length_of_name(text, words, position)
        if length:
            last = words[position + length - 1]
            if not _is_organisation(text, words, position, length):
                yield Finding("name", words[position].start, last.end)
            position += length
        else:
            position += 1


def _words(text: str) -> list[_Word]:
    letters = [sign for sign in text if sign.isalpha()]
    shouting = len(letters) > 8 and sum(sign.isupper() for sign in letters) > 0.8 * len(letters)
    found = []
    for match in _TOKEN.finditer(text):
        before = text[: match.start()].rstrip(" \"'(«“")
        opens = not before or before[-1] in ".!?\n:;=" or text[len(before) : match.start()].count("\n") > 0
        if before.endswith((" dhr.", " mw.", " mevr.", " dr.", " fam.")):
            opens = False
        word = match.group()
        # Written whole in capitals it may be shouting or an abbreviation: the capital says nothing.
        capital = (
            word[0].isupper() and not shouting and not (len(word) > 1 and word.isupper() and not word.endswith("."))
        )
        found.append(_Word(word, *match.span(), opens, capital))
    return found


def _length_of_name(text: str, words: list[_Word], at: int) -> int:
    """How many words from `at` are one name; 0 when no name begins here."""
    word = words[at]
    before = words[at - 1] if at else None
    joined = before is not None and bool(re.fullmatch(r"[,:]? ?\(?|\. ", text[before.end : word.start]))
    abbreviated = before is not None and text[before.end : before.end + 1] == "."
    if abbreviated and before is not None and before.low not in _ABBREVIATED:
        joined = False
    if len(word.text) == 1:
        return 0
    if word.initials:
        return _with_surname(text, words, at, needs_surname=True)
    if before is not None and joined and before.low.rstrip(".") in _TITLES:
        return _behind_title(text, words, at)
    if word.low in _SMALL_WORDS and not (word.low in _HEADS and word.capital):
        return 0
    if _begins_by_itself(text, words, at, before if joined else None):
        return _with_surname(text, words, at)
    if word.low in _HEADS and word.capital and not word.opens:
        length = _surname_length(text, words, at)
        whole = text[word.start : words[at + length - 1].end].lower() if length else ""
        return length if length > 1 and not words[at + length - 1].ordinary and whole not in places() else 0
    return 0


def _of_a_country(word: _Word) -> bool:
    """Whether it looks like "Poolse", "Iraanse", "Marokkaanse": such a word has a capital and names nobody."""
    return word.low.endswith(("se", "er", "ers", "aan")) and not word.first


def _begins_by_itself(text: str, words: list[_Word], at: int, before: _Word | None) -> bool:
    word = words[at]
    cue = text[: word.start]
    if _SAYS_WHO.search(cue):
        sure = bool(_SURE_CUE.search(cue))
        if word.first and (sure or not word.ordinary):
            return True
        if (word.capital and not word.ordinary and word.low not in _TITLES) and (sure or word.last):
            return True
        if (
            sure
            and not word.ordinary
            and not word.capital
            and not re.search(r"(?:naam is|groet\w*)\s+$", cue, re.IGNORECASE)
        ):
            return word.low not in _TITLES and len(word.text) > 2 and not word.low.endswith(("en", "t", "ig", "lijk"))
    if _I_AM.search(cue) and word.first and (word.capital or not word.ordinary):
        return word.low not in places()
    related = before is not None and before.low in _RELATIONS
    if related and word.capital and (word.first or word.last or not word.ordinary) and not _of_a_country(word):
        return True
    if related and word.first and not word.ordinary:
        return True
    if word.first and not word.ordinary:
        return word.capital or len(word.text) > 3
    if word.capital and word.first and word.low not in places():
        return _capital_says_so(text, words, at, before)
    return word.capital and word.last and not word.ordinary and not word.opens


def _capital_says_so(text: str, words: list[_Word], at: int, before: _Word | None) -> bool:
    """Whether a first name that is a word too is meant as a name: by a capital inside a sentence, or by what follows."""
    word = words[at]
    following = words[at + 1] if at + 1 < len(words) else None
    surname = _surname_length(text, words, at + 1) if following is not None and following.start - word.end == 1 else 0
    if surname and ((words[at + surname].capital and not words[at + surname].ordinary) or surname > 1):
        return True
    if word.opens:
        return False
    if word.low in _MONTHS or (before is not None and before.low in _DETERMINERS):
        return False
    return following is None or following.start - word.end != 1 or not following.capital or following.low in _VERBS


def _behind_title(text: str, words: list[_Word], at: int) -> int:
    word = words[at]
    if word.low in _HEADS:
        length = _surname_length(text, words, at)
        last = words[at + length - 1] if length > 1 else None
        is_name = last is not None and (last.capital or (last.last and not last.ordinary))
        return length if is_name and word.low not in {"in", "op"} else 0
    if word.first and (word.capital or not word.ordinary):
        return _with_surname(text, words, at)
    if word.capital or (word.last and not word.ordinary):
        return max(1, _surname_length(text, words, at)) if word.low not in _SMALL_WORDS else 0
    return 0


def _with_surname(text: str, words: list[_Word], at: int, *, needs_surname: bool = False) -> int:
    """The length of the first name at `at` with more first names, prefixes and surname behind it."""
    length = 1
    while (following := at + length) < len(words) and words[following].start - words[following - 1].end <= 1:
        word = words[following]
        if word.initials or (
            word.first and word.capital and not word.opens and word.low not in _MONTHS and word.low not in _SMALL_WORDS
        ):
            length += 1
            continue
        surname = _surname_length(text, words, following)
        if surname == 0:
            break
        return length + surname
    return 0 if needs_surname and length == 1 else length


def _surname_length(text: str, words: list[_Word], at: int) -> int:
    """The number of words of a surname that begins at `at`: prefixes, and a word with a capital or of the list of surnames."""
    length = 0
    while at + length < len(words) and words[at + length].low in _PREFIXES and length < 3:
        if length and words[at + length].start - words[at + length - 1].end > 1:
            return 0
        length += 1
    if at + length >= len(words):
        return 0
    word = words[at + length]
    if length and word.start - words[at + length - 1].end > 1:
        return 0
    if at and word.opens and not length:
        return 0
    if word.capital and word.low not in _SMALL_WORDS and (length or word.low not in places()):
        return length + 1 + _second_surname(words, at + length)
    if word.last and (not word.ordinary or (length and word.low not in _SMALL_WORDS and word.low not in places())):
        return length + 1
    return 0


def _second_surname(words: list[_Word], at: int) -> int:
    """1 when another word with a capital belongs to the surname ("El Amrani", "Al Masri", "De la Cruz")."""
    if at + 1 >= len(words) or words[at + 1].start - words[at].end != 1:
        return 0
    return int(words[at + 1].capital and not words[at + 1].ordinary and words[at + 1].low not in places())


def _is_organisation(text: str, words: list[_Word], at: int, length: int) -> bool:
    whole = text[words[at].start : words[at + length - 1].end].lower()
    if any(
        whole == name
        or whole.startswith(f"{name} ")
        or (name.startswith(f"{whole} ") and text[words[at].start :].lower().startswith(name))
        for name in organisations()
    ):
        return True
    before = words[at - 1].low if at else ""
    after = words[at + length].low if at + length < len(words) else ""
    if words[at].start and before in _OF_ORGANISATIONS and words[at].start - words[at - 1].end <= 2:
        return True
    return after in _ORGANISATION_AFTER and words[at + length].start - words[at + length - 1].end == 1
