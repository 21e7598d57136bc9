"""Which language a text is in, by lingua (Stahl, models in the wheel). Dutch unless there is reason to think otherwise."""

from __future__ import annotations

import re
from functools import lru_cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

DUTCH = "nl"
TIGRINYA = "ti"
# Lingua knows no Tigrinya; whoever writes in Ethiopic script here writes that, or Amharic, which we do not speak either.
_ETHIOPIC = re.compile(r"[\u1200-\u139f]")
_LETTERS = re.compile(r"[^\W\d_]+")
# Names, loan words and dialect look foreign, so one word is never enough. On 5,685 Dutch messages nine are taken for another language,
# seven of which are in another language, in part at least.
FEWEST_WORDS = 2
SURE = 0.5
DUTCH_AT_MOST = 0.15


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(
        Language.DUTCH, Language.ENGLISH, Language.ARABIC, Language.POLISH, Language.TURKISH, Language.UKRAINIAN,
        Language.GERMAN, Language.FRENCH, Language.SPANISH,
    ).build()  # fmt: skip


def language_of(text: str) -> str:
    """ISO 639-1: nl, en, ar, pl, tr, uk, ti, de, fr or es."""
    words = _LETTERS.findall(text)
    if _ETHIOPIC.search(text):
        return TIGRINYA
    if not words:
        return DUTCH
    told = {
        value.language.iso_code_639_1.name.lower(): value.value
        for value in _detector().compute_language_confidence_values(" ".join(words)[:1000])
    }
    best = max(told, key=lambda code: told[code])
    if told[best] <= 0:
        return DUTCH
    if best in ("ar", "uk"):  # a script of its own: one word is enough
        return best
    sure = len(words) >= FEWEST_WORDS and told[best] >= SURE and told[DUTCH] <= DUTCH_AT_MOST
    return best if sure else DUTCH
