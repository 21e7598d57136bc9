"""The crisis rules of the catalogue, applied to a message. Plain Python, so that they work when the assistant does not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from organisation.model import CrisisKind, CrisisRule

_QUOTES = str.maketrans("’‘ʼ`´", "'''''")
# Three letters or more, each apart: "d o o d", "d.o.o.d".
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_*]){2,}[^\W\d_](?![^\W_])")
# Where something else begins: "mijn kind ademt niet, en de gemeente neemt niet op".
_NEXT_THOUGHT = re.compile(r"[.!?;]|\b(?:maar|want|en|but|and)\b")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")


def plain(text: str) -> str:
    """The text as the rules see it: lower case, no accents, no emoji or invisible signs, one space between words."""
    letters = unicodedata.normalize("NFKD", text.lower().translate(_QUOTES))
    seen = (" " if unicodedata.category(sign) == "So" else sign for sign in letters if not _is_invisible(sign))
    return re.sub(r"\s+", " ", "".join(seen)).strip()


def _is_invisible(sign: str) -> bool:
    return bool(unicodedata.combining(sign)) or unicodedata.category(sign) in ("Cf", "Mn")


def find_crisis(text: str, rules: Iterable[CrisisRule]) -> CrisisKind | None:
    """The kind of danger that is said outright, if any is."""
    rule = find_rule(text, rules)
    return rule.kind if rule else None


def find_rule(text: str, rules: Iterable[CrisisRule]) -> CrisisRule | None:
    """The first rule that matches and is not taken back by its `unless`."""
    readings = list(_readings(plain(text)))
    for rule in rules:
        for words, spaces_matter in readings:
            pattern = rule.pattern if spaces_matter else rule.pattern.replace(" ", " ?")
            for match in re.finditer(pattern, words):
                if not (rule.unless and re.search(rule.unless, _thought_around(words, match))):
                    return rule
    return None


def _thought_around(words: str, match: re.Match[str]) -> str:
    """The part of the message that the match stands in: what is said elsewhere does not take a crisis back."""
    starts = [end.end() for end in _NEXT_THOUGHT.finditer(words, 0, match.start())]
    following = _NEXT_THOUGHT.search(words, match.end())
    return words[starts[-1] if starts else 0 : following.start() if following else len(words)]


def _readings(words: str) -> Iterator[tuple[str, bool]]:
    """The words as they are, and as they may be meant: "doooood" as "dood" or "dod", "n i e t meer" as "niet meer".

    With each reading: whether its spaces are where they should be. In letters set apart nobody can tell.
    """
    once, twice = _STRETCHED.sub(r"\1", words), _STRETCHED.sub(r"\1\1", words)
    for reading in dict.fromkeys((words, once, twice)):
        yield reading, True
    joined = _SPACED.sub(lambda match: re.sub(r"[ .\-_*]", "", match.group()), words)
    if joined != words:
        yield joined, False
