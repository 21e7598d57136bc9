"""The Dutch pipeline finds places of the catalogue, postcodes, sums and dates."""

from pathlib import Path

import pytest
from spacy.language import Language

from bot.language.build import build
from organisation import load_catalogue


@pytest.fixture(scope="module")
def nlp() -> Language:
    return build(load_catalogue(Path("catalogue/demo")))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ik woon in gemert", [("gemert", "PLACE")]),
        ("ik woon in de rips bij de kerk", [("de rips", "PLACE")]),
        ("5421 AB", [("5421 AB", "PLACE")]),
        ("postcode 5421ab", [("5421ab", "PLACE")]),
        ("ik heb 300 euro schuld sinds 3 maart", [("300 euro", "MONEY"), ("3 maart", "DATE")]),
        ("het is mijn best", [("best", "PLACE")]),
        ("niets bijzonders", []),
    ],
)
def test_entities(nlp: Language, text: str, found: list[tuple[str, str]]) -> None:
    assert [(entity.text, entity.label_) for entity in nlp(text).ents] == found
