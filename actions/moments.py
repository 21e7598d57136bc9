"""Days and times in words: by when somebody gets in touch, from when we are open."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names

from actions.service import Made, Opening
from actions.settings import catalogue
from actions.speech import Speech
from organisation.wording import DUTCH


def due_in_words(speech: Speech, made: Made) -> str:
    """By when: "uiterlijk vrijdag 18 december", or that it is as soon as possible."""
    zone = ZoneInfo(catalogue().organisation.timezone)
    at = made.due.astimezone(zone)
    if at <= dt.datetime.now(zone):
        return speech.words("due_now")
    return speech.words("due_on", day=format_date(at.date(), "EEEE d MMMM", locale=speech.language))


def opens_in_words(speech: Speech, opening: Opening) -> str:
    """From when somebody reads along: now, today from nine, or on Monday from nine."""
    if opening.open or opening.opens_at is None:
        return speech.words("open_now")
    zone = ZoneInfo(catalogue().organisation.timezone)
    at = opening.opens_at.astimezone(zone)
    time = clock_time(at.time(), speech.language)
    if at.date() == dt.datetime.now(zone).date():
        return speech.words("open_today", time=time)
    return speech.words("open_on", day=format_date(at.date(), "EEEE d MMMM", locale=speech.language), time=time)


def hours_in_words(speech: Speech) -> str:
    """Opening hours in a sentence: "maandag van 9.00 tot 17.00 uur, ..."."""
    names = get_day_names(locale=speech.language)
    return ", ".join(
        speech.words(
            "hours_line",
            day=names[hours.weekday],
            opens=clock_time(hours.opens, speech.language),
            closes=clock_time(hours.closes, speech.language),
        )
        for hours in catalogue().organisation.hours
    )


def clock_time(time: dt.time, language: str) -> str:
    """A time as people here write it: "9.00" in Dutch, 09:00 in other languages."""
    return f"{time.hour}.{time:%M}" if language == DUTCH else f"{time:%H:%M}"
