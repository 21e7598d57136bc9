"""Who reads along and who is typing: in memory, for seconds, and never a word of what is typed."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Self

from api import clock

RESIDENT = "resident"
_PREFIX = "presence"


class Doing(enum.StrEnum):
    """What somebody does in a conversation. `SILENT` takes `TYPING` back."""

    HERE = "here"
    TYPING = "typing"
    SILENT = "silent"


# Longer than a page waits before it says so again: 3 s while typing, 25 s of a resident's long poll, 20 s of a page at work.
LASTS = {Doing.HERE: dt.timedelta(seconds=40), Doing.TYPING: dt.timedelta(seconds=6)}


@dataclass(frozen=True)
class Sign:
    """One sign of life: in which conversation, of whom (`RESIDENT`, or the id of a professional), and what they do."""

    conversation: str
    who: str
    doing: Doing

    @classmethod
    def parse(cls, topic: str) -> Self | None:
        """The sign that `str` wrote; None for any other topic."""
        prefix, _, rest = topic.partition(":")
        if prefix != _PREFIX:
            return None
        conversation, who, doing = rest.split(":")
        return cls(conversation, who, Doing(doing))

    def __str__(self) -> str:
        return f"{_PREFIX}:{self.conversation}:{self.who}:{self.doing}"


class Presence:
    """The signs of the last seconds."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, Doing, str], dt.datetime] = {}

    def note(self, sign: Sign) -> bool:
        """Remembers a sign for as long as it lasts. False when it says nothing new."""
        now = clock.now()
        self._until = {known: until for known, until in self._until.items() if until > now}
        if sign.doing is Doing.SILENT:
            return self._until.pop((sign.conversation, Doing.TYPING, sign.who), None) is not None
        key = (sign.conversation, sign.doing, sign.who)
        new = key not in self._until
        self._until[key] = now + LASTS[sign.doing]
        return new

    def fades(self, sign: Sign) -> bool:
        """Whether it is time to give this sign again: nobody gave it, or less than half of its time is left."""
        until = self._until.get((sign.conversation, sign.doing, sign.who))
        return until is None or until - clock.now() < LASTS[sign.doing] / 2

    def who(self, conversation: str, doing: Doing) -> frozenset[str]:
        """Everybody who does this there now."""
        now = clock.now()
        return frozenset(
            who
            for (where, what, who), until in self._until.items()
            if where == conversation and what is doing and until > now
        )
