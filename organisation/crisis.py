"""The crisis rules of the catalogue, applied to a message. Plain Python, so that they work when the assistant does not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from organisation.model import CrisisKind, CrisisRule


def plain(text: str) -> str:
    """The text as the rules see it: lower case, without accents, one space between words."""
    letters = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    return re.sub(r"\s+", " ", "".join(sign for sign in letters if not unicodedata.combining(sign))).strip()


def find_crisis(text: str, rules: Iterable[CrisisRule]) -> CrisisKind | None:
    """The kind of the first rule that matches and is not taken back by its `unless`."""
    words = plain(text)
    for rule in rules:
        if re.search(rule.pattern, words) and not (rule.unless and re.search(rule.unless, words)):
            return rule.kind
    return None
