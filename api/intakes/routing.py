"""Which team an intake goes to, from what the resident says about the place."""

from __future__ import annotations

import re

from rapidfuzz import fuzz, process

from organisation import Area, Catalogue

_POSTCODE = re.compile(r"\b([1-9]\d{3}) ?[A-Za-z]{0,2}\b")
# Below this two names are different villages rather than one misspelt. Son and Breugel score 20, "gemerd" and Gemert 83.
SAME_NAME = 80
# Shorter names are one letter away from ordinary words (Best: beste, test, west), so these must be spelt right.
SHORTEST_MISSPELT = 5


def find_area(catalogue: Catalogue, place: str | None) -> Area | None:
    """The area of a postcode or a village, also misspelt. None when we do not know: then the coordinator decides."""
    if not place:
        return None
    areas = catalogue.areas.values()
    for postcode in _POSTCODE.findall(place):
        for area in areas:
            if postcode in area.postcodes:
                return area
    names = {name.lower(): area for area in areas for name in area.places}
    words = place.lower()
    for name, area in names.items():
        if re.search(rf"\b{re.escape(name)}\b", words):
            return area
    telling = {part: area for name, area in names.items() for part in name.split() if len(part) >= SHORTEST_MISSPELT}
    for word in re.findall(r"[a-z-]{4,}", words):
        match = process.extractOne(word, list(telling), scorer=fuzz.ratio, score_cutoff=SAME_NAME)
        if match:
            return telling[match[0]]
    return None
