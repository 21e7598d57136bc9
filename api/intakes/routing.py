"""Which team an intake goes to, from what the resident says about the place."""

from __future__ import annotations

import re

from rapidfuzz import fuzz, process

from organisation import Area, Catalogue

_POSTCODE = re.compile(r"\b([1-9]\d{3}) ?[A-Za-z]{0,2}\b")
# Below this two names are different villages rather than one misspelt. Son and Breugel score 20, "gemerd" and Gemert 83.
SAME_NAME = 80


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
    for word in re.findall(r"[a-z-]{4,}", words):
        match = process.extractOne(word, list(names), scorer=fuzz.ratio, score_cutoff=SAME_NAME)
        if match:
            return names[match[0]]
    return None
