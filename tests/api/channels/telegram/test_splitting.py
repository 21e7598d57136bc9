"""Long texts are cut where people would, and nothing is lost or broken."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from api.channels.telegram.splitting import LONGEST, split

FAMILY, FLAG, WAVE = "👨‍👩‍👧‍👦", "🇳🇱", "👋🏽"


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_text_that_fits_is_left_alone() -> None:
    assert split("a" * LONGEST) == ["a" * LONGEST]


def test_emoji_count_for_two() -> None:
    assert [units(part) for part in split("😀" * LONGEST)] == [LONGEST, LONGEST]


@pytest.mark.parametrize("sign", [FAMILY, FLAG, WAVE, "é", "😀"])
def test_no_character_is_cut_in_two(sign: str) -> None:
    text = "a" + sign * LONGEST
    parts = split(text)
    assert "".join(parts) == text
    for part in parts:
        assert set(regex.findall(r"\X", part)) <= {"a", sign}


def test_cut_at_an_empty_line_before_a_word() -> None:
    first, second = "woord " * 400, "woord " * 400
    assert split(f"{first.strip()}\n\n{second.strip()}") == [f"{first.strip()}\n\n", second.strip()]


def test_cut_after_a_sentence_before_a_word() -> None:
    text = "Dit is een zin. " * 300
    for part in split(text)[:-1]:
        assert part.endswith("zin. ")


def test_six_thousand_characters_of_one_word_come_whole() -> None:
    assert [len(part) for part in split("x" * 6000)] == [4096, 1904]


def test_one_character_longer_than_a_message_does_not_hang() -> None:
    text = "e" + "\N{COMBINING ACUTE ACCENT}" * 5000
    assert "".join(split(text)) == text


def test_white_space_alone_is_not_sent() -> None:
    assert split("a" * 4000 + " " * 9000 + "b") == ["a" * 4000 + " " * 96, " " * 712 + "b"]


SIGNS = st.sampled_from(["a", " ", "\n", ".", "é", "😀", FAMILY, FLAG, "e\u0301"])


@given(st.lists(SIGNS, max_size=400).map("".join), st.integers(min_value=12, max_value=40))
def test_nothing_is_lost_whatever_the_text(text: str, longest: int) -> None:
    parts = split(text, longest)
    assert all(part.strip() and units(part) <= longest for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
