"""Days and times as a resident reads them, in the time zone and the language of the conversation."""

import datetime as dt

import pytest
import time_machine
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.moments import due_in_words, hours_in_words, opens_in_words
from actions.service import Made, Opening
from actions.speech import Speech

SUNDAY = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def speech(language: str) -> Speech:
    return Speech(CollectingDispatcher(), Tracker("x", {}, {}, [], False, None, {}, "action_listen"), language)


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "uiterlijk vrijdag 18 december"), ("en", "on Friday 18 December at the latest")]
)
@time_machine.travel(SUNDAY)
def test_due_moment_is_a_day(language: str, words: str) -> None:
    made = Made("V-2222-3333", None, dt.datetime(2026, 12, 18, 16, tzinfo=dt.UTC))
    assert due_in_words(speech(language), made) == words


@time_machine.travel(SUNDAY)
def test_due_now_is_as_soon_as_possible() -> None:
    assert due_in_words(speech("nl"), Made("V-2222-3333", None, SUNDAY)) == "zo snel mogelijk"


@time_machine.travel(SUNDAY)
def test_when_closed_the_day_and_the_hour_are_named() -> None:
    monday = Opening(False, dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC))
    assert opens_in_words(speech("nl"), monday) == "op maandag 23 november vanaf 9.00 uur"
    assert opens_in_words(speech("ar"), monday).startswith("يوم")


@time_machine.travel(dt.datetime(2026, 11, 23, 6, tzinfo=dt.UTC))
def test_later_today_is_called_today() -> None:
    assert opens_in_words(speech("nl"), Opening(False, dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC))) == (
        "vandaag vanaf 9.00 uur"
    )


def test_hours_are_a_sentence() -> None:
    assert "vrijdag van 9.00 tot 13.00 uur" in hours_in_words(speech("nl"))
    assert "Friday from 09:00 to 13:00" in hours_in_words(speech("en"))
