"""How a message is spelt, seen in five ways, so that a word is known again however it was written.

Every view is a hashed bag (Weinberger et al. 2009, "Feature Hashing"): no vocabulary to keep, and any text has a place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

PLACES = 2**18
COMMON = 0.1  # what more than this share of the examples have is not looked at,
FEW = 50  # unless so few examples have it that nothing can be said of what is common
# Spelling that a Dutch writer may get wrong, made one: what sounds the same is written the same. In this order.
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in [
        (r"'", ""), (r"ij|ei|ey|y", "y"), (r"ou|au", "au"), (r"sch(?=[aeiouy])", "sg"), (r"isch\b", "is"), (r"sch\b", "s"),
        (r"ch", "g"), (r"c(?=[eiy])", "s"), (r"ck|c|q", "k"), (r"ks", "x"), (r"dt\b|d\b|ddt?", "t"), (r"th", "t"),
        (r"ph", "f"), (r"v", "f"), (r"z", "s"), (r"b\b", "p"), (r"([a-z])\1", r"\1"), (r"\bkhep\b", "hep"), (r"en\b", "e"),
    ]
]  # fmt: skip
_WORD = re.compile(r"[^\W_]+|[?!]")


def plain(text: str) -> str:
    """Lower case, no accents, every number a 0, at most two of a letter in a row, one space between words."""
    letters = unicodedata.normalize("NFKD", text.lower().replace("’", "'").replace("`", "'"))
    bare = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return re.sub(r"\s+", " ", re.sub(r"(.)\1{2,}", r"\1\1", re.sub(r"\d+", "0", bare))).strip()


def sounded(text: str) -> str:
    """As it sounds to a Dutch ear: `deurwaarders` and `deurwaarder's` are one, `schuld` and `sguld` too."""
    text = plain(text)
    for pattern, sound in _SOUNDS:
        text = pattern.sub(sound, text)
    return text


def _words_with_ends(text: str) -> list[str]:
    """Words, their beginnings and their ends: a compound is known by its parts."""
    words = _WORD.findall(text)
    return [
        *words,
        *("^" + word[:4] for word in words if len(word) > 4),
        *("^" + word[:6] for word in words if len(word) > 6),
        *("$" + word[-5:] for word in words if len(word) > 6),
    ]


def _near_pairs(text: str) -> list[str]:
    """Beginnings of words, alone and with each of the three that follow: `kan … niet … betalen` in any order of detail."""
    stems = [word[:6] for word in _WORD.findall(text)]
    return stems + [one + "_" + other for at, one in enumerate(stems) for other in stems[at + 1 : at + 4]]


def _hashed(**options: Any) -> HashingVectorizer:
    return HashingVectorizer(n_features=PLACES, alternate_sign=False, norm=None, dtype=np.float32, **options)


VIEWS: list[tuple[Callable[[str], str], HashingVectorizer]] = [
    (plain, _hashed(analyzer="char_wb", ngram_range=(2, 5))),
    (sounded, _hashed(analyzer="char_wb", ngram_range=(2, 5))),
    (plain, _hashed(ngram_range=(1, 2), token_pattern=r"\S+")),  # noqa: S106  a word, no secret
    (sounded, _hashed(analyzer=_words_with_ends)),
    (sounded, _hashed(analyzer=_near_pairs)),
]
# Which of them look at whole words, and at their beginnings and ends.
WORDS = slice(2, 4)


def counts(texts: Sequence[str]) -> list[csr_matrix]:
    """One matrix of shape (texts, PLACES) a view: 1 + log of how often, so that saying it thrice is not thrice as much."""
    found = []
    for change, vectorizer in VIEWS:
        matrix = vectorizer.transform([change(text) for text in texts])
        matrix.data = 1 + np.log(matrix.data)
        found.append(matrix)
    return found


def rarity(view: csr_matrix) -> NDArray[np.float32]:
    """Weight of every place: more where fewer examples have it, none where a single one has (it says nothing of others) or very many.

    What a tenth of all have costs nine tenths of the time to compare, and tells nothing that the others do not.
    """
    count, present = view.shape[0], np.bincount(view.indices, minlength=view.shape[1])
    telling = (present >= 2) & (present <= max(COMMON * count, FEW))
    return np.where(telling, np.log((1 + count) / (1 + present)) + 1, 0).astype(np.float32)


def knows_a_word(views: Sequence[csr_matrix], weights: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(texts,): whether some examples have one of the words of a text, or a beginning or an end of one. `weights`: rarity of each view."""
    known = np.zeros(views[0].shape[0], bool)
    for view, weight in zip(views[WORDS], weights[WORDS], strict=True):
        known |= np.bincount(_row_of(view), weights=weight[view.indices] != 0, minlength=len(known)) > 0
    return known


def side_by_side(views: Sequence[csr_matrix], weights: Sequence[NDArray[np.float32]]) -> csr_matrix:
    """Shape (texts, views × PLACES), rows of unit length, in which every view counts the same."""
    # Plain arrays until the end: for one message, making a matrix takes longer than what is done with it.
    count, found = views[0].shape[0], []
    for number, (view, weight) in enumerate(zip(views, weights, strict=True)):
        row = _row_of(view)
        found.append(
            (row, view.indices + number * PLACES, _of_unit_length(view.data * weight[view.indices], row, count))
        )
    row, place, values = (np.concatenate(parts) for parts in zip(*found, strict=True))
    telling = values != 0
    row, place, values = row[telling], place[telling], values[telling]
    return csr_matrix((_of_unit_length(values, row, count), (row, place)), shape=(count, len(views) * PLACES))


def _row_of(matrix: csr_matrix) -> NDArray[np.int64]:
    """The row of every value that is stored."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))


def _of_unit_length(values: NDArray[np.float32], row: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    length = np.sqrt(np.bincount(row, weights=values.astype(float) ** 2, minlength=count))
    length[length == 0] = 1
    return np.asarray(values / length[row], np.float32)
