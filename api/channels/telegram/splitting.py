"""Cuts a long text into messages that Telegram takes: at most 4,096 UTF-16 units each, no character lost, no emoji broken."""

from __future__ import annotations

import regex

LONGEST = 4096
# What a person sees as one character: an emoji with its skin colour, a flag, a letter with its accents (Unicode UAX 29).
_CHARACTERS = regex.compile(r"\X")
# Where a text is cut best, best first: after an empty line, a line, a sentence, a word.
_CUTS = (regex.compile(r"\n\s*\n\s*"), regex.compile(r"\n\s*"), regex.compile(r"[.!?…]\s+"), regex.compile(r"\s+"))


def split(text: str, longest: int = LONGEST) -> list[str]:
    """The parts of a text: put together they are the text again, but for parts of white space only, which Telegram refuses."""
    parts = []
    while text:
        part = text if _units(text) <= longest else _first(text, longest)
        text = text[len(part) :]
        if part.strip():
            parts.append(part)
    return parts


def _first(text: str, longest: int) -> str:
    fits = _that_fits(text, longest)
    for cut in _CUTS:
        ends = [match.end() for match in cut.finditer(fits)]
        # A part that is much shorter than it could be is not worth a good cut.
        if ends and ends[-1] >= longest // 2:
            return fits[: ends[-1]]
    return fits


def _that_fits(text: str, longest: int) -> str:
    """As many whole characters from the beginning as fit."""
    end = used = 0
    for character in _CHARACTERS.finditer(text):
        used += _units(character.group())
        if used > longest:
            break
        end = character.end()
    # One character longer than a message is no writing; then anything that fits will do.
    return text[:end] or text[: longest // 2]


def _units(text: str) -> int:
    """How long Telegram finds a text: it counts UTF-16 units, two for most emoji."""
    return len(text.encode("utf-16-le")) // 2
