"""Builds the Dutch spaCy pipeline: tokenizer, lookup lemmas, and rules for places, sums, dates and numbers.

    .venv-assistant/bin/python -m bot.language.build

spaCy's trained Dutch models are not on PyPI, so nothing here is trained: the blank `nl` tokenizer, the lemma tables of
`spacy-lookups-data`, and entity rules. Places come from the organisation's catalogue.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

from organisation import Catalogue, load_catalogue

PIPELINE = Path(__file__).parent / "nl_voordeur"
CATALOGUE = Path(__file__).resolve().parents[2] / "catalogue" / "demo"
MONTHS = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]
DAYS = [
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
    "vandaag",
    "morgen",
    "overmorgen",
    "gisteren",
]


def build(catalogue: Catalogue) -> Language:
    """The pipeline for one organisation, ready to be saved."""
    nlp = spacy.blank("nl")
    nlp.meta["name"] = "voordeur"
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    nlp.initialize()
    ruler.add_patterns(_patterns(catalogue))  # type: ignore[attr-defined]
    return nlp


def _patterns(catalogue: Catalogue) -> list[dict[str, Any]]:
    places = [{"label": "PLACE", "pattern": name} for area in catalogue.areas.values() for name in area.places]
    postcodes: list[dict[str, Any]] = [
        {"label": "PLACE", "pattern": [{"TEXT": {"REGEX": r"^[1-9]\d{3}$"}}, {"TEXT": {"REGEX": "^[A-Za-z]{2}$"}}]},
        {"label": "PLACE", "pattern": [{"TEXT": {"REGEX": r"^[1-9]\d{3}[A-Za-z]{2}$"}}]},
        # As the service passes it on: the digits, and a pseudonym for the letters (api/privacy/pseudonyms.py).
        {
            "label": "PLACE",
            "pattern": [{"TEXT": {"REGEX": r"^[1-9]\d{3}$"}}, {"TEXT": {"REGEX": r"^⟨postcode-\d+⟩$"}}],
        },
        {"label": "PLACE", "pattern": [{"TEXT": {"REGEX": r"^[1-9]\d{3}⟨postcode-\d+⟩$"}}]},
    ]
    sums: list[dict[str, Any]] = [
        {"label": "MONEY", "pattern": [{"TEXT": "€"}, {"LIKE_NUM": True}]},
        {"label": "MONEY", "pattern": [{"LIKE_NUM": True}, {"LOWER": {"IN": ["euro", "eur"]}}]},
    ]
    dates: list[dict[str, Any]] = [
        {"label": "DATE", "pattern": [{"LIKE_NUM": True}, {"LOWER": {"IN": MONTHS}}]},
        {"label": "DATE", "pattern": [{"TEXT": {"REGEX": r"^\d{1,2}[-/]\d{1,2}([-/]\d{2,4})?$"}}]},
        {"label": "DATE", "pattern": [{"LOWER": {"IN": DAYS}}]},
    ]
    return [*places, *postcodes, *sums, *dates]


def main() -> None:
    """Writes the pipeline where `config.yml` looks for it."""
    build(load_catalogue(CATALOGUE)).to_disk(PIPELINE)
    print(f"Dutch pipeline built in {PIPELINE.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
