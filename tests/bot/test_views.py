"""The same word in another spelling has the same places."""

import numpy as np
import pytest

from bot.components.views import PLACES, counts, plain, rarity, side_by_side, sounded


@pytest.mark.parametrize(
    ("one", "other"),
    [("schuld", "sguld"), ("tijd", "teit"), ("ik heb", "IK HEP"), ("vluchteling", "flugteling"), ("kwijt", "kweit")],
)
def test_what_sounds_the_same_is_the_same(one: str, other: str) -> None:
    assert sounded(one) == sounded(other)


def test_plain_text_has_no_capitals_accents_or_stretched_letters() -> None:
    assert plain("Héééél  ERG, 123 keer") == "heel erg, 0 keer"


@pytest.mark.parametrize("text", ["", "🙈", "\x00\x01", "a" * 4000, "مرحبا"])
def test_any_text_has_a_row(text: str) -> None:
    views = counts([text, "een gewoon bericht", "nog een bericht"])
    rows = side_by_side(views, [rarity(view) for view in views])
    assert rows.shape == (3, len(views) * PLACES)
    assert np.isfinite(rows.data).all()


def test_rows_have_unit_length_and_what_one_example_has_weighs_nothing() -> None:
    views = counts(["de huur is te hoog", "de huur is te laag"])
    rows = side_by_side(views, [rarity(view) for view in views])
    assert np.allclose(rows.multiply(rows).sum(axis=1), 1, atol=1e-5)
    alone = counts(["xyzzy", "de huur"])
    assert not rarity(alone[2]).any()


def test_what_very_many_have_is_not_looked_at() -> None:
    views = counts([f"de {word}" for word in "abcdefghijklmnopqrst" for _ in range(40)])
    words = views[2]
    everywhere = words[0].indices[np.bincount(words.indices, minlength=PLACES)[words[0].indices] == 800]
    assert len(everywhere) == 1
    assert rarity(words)[everywhere[0]] == 0
    assert (rarity(words) > 0).any()


def test_views_stay_as_they_were() -> None:
    views = counts(["de huur is te hoog", "de huur is te laag"])
    before = [view.toarray().copy() for view in views]
    side_by_side(views, [rarity(view) for view in views])
    assert all(np.array_equal(view.toarray(), kept) for view, kept in zip(views, before, strict=True))
