"""The day of this week that somebody names in a story: "de deurwaarder komt vrijdag", "morgen gaat de stroom eraf"."""

from __future__ import annotations

import datetime as dt
import re

_WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_FROM_TODAY = {"vandaag": 0, "vanmiddag": 0, "vanavond": 0, "morgen": 1, "overmorgen": 2}
# "afgelopen vrijdag" is over, and "volgende week vrijdag" is not this week.
_OTHER_WEEK = r"(?<!afgelopen )(?<!vorige )(?<!volgende )(?<!volgende week )(?<!vorige week )(?<!elke )(?<!iedere )"
_NAMED = re.compile(
    rf"\b{_OTHER_WEEK}({'|'.join((*_WEEKDAYS, *_FROM_TODAY))})(?:ochtend|middag|avond)?\b", re.IGNORECASE
)


def named_day(story: str, today: dt.date) -> dt.date | None:
    """The first day from `today` on that the story names in Dutch; None when it names none.

    A weekday is the next one of that name: who says "woensdag" on a Wednesday means a week later, and else says "vandaag".
    """
    days = [today + dt.timedelta(days=_ahead(word.lower(), today)) for word in _NAMED.findall(story)]
    return min(days, default=None)


def _ahead(word: str, today: dt.date) -> int:
    if word in _FROM_TODAY:
        return _FROM_TODAY[word]
    return (_WEEKDAYS.index(word) - today.weekday() - 1) % 7 + 1
