"""Lists of names, streets and places: those of the package deduce (Dutch de-identification), read as data, and our own in `lists/`."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import yaml
from babel import Locale

_OWN = Path(__file__).parent / "lists"


def _deduce() -> Path:
    # Its code is not loaded: that would build its own structures for minutes.
    spec = find_spec("deduce")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "data" / "lookup" / "src"


def _lines(path: Path) -> set[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line.strip().lower() for line in lines if line.strip() and not line.startswith("#")}


@cache
def first_names() -> frozenset[str]:
    """First names in small letters."""
    names = _deduce() / "names"
    return frozenset(
        (_lines(names / "lst_first_name" / "items.txt") | _lines(_OWN / "first_names.txt")) - {"van", "de"}
    )


@cache
def surnames() -> frozenset[str]:
    """Surnames of one word, and the last part of those with a prefix, in small letters."""
    names = _deduce() / "names"
    return frozenset(_lines(names / "lst_surname" / "items.txt") | _lines(names / "lst_interfix_surname" / "items.txt"))


@cache
def ordinary_words() -> frozenset[str]:
    """Words that are also a name: Wil, Bos, Mei."""
    return frozenset(_lines(_OWN / "ordinary_words.txt"))


@cache
def organisations() -> frozenset[str]:
    """Organisations that look like a person."""
    return frozenset(_lines(_OWN / "organisations.txt"))


@cache
def places() -> frozenset[str]:
    """Villages, towns, municipalities, regions, provinces, countries, languages and cities abroad, in small letters."""
    folder = _deduce() / "locations" / "lst_placename"
    kinds = ("residence", "municipality", "region", "province")
    dutch = Locale("nl")
    # Countries, languages and large cities of the world as the CLDR names them.
    world = {*dutch.territories.values(), *dutch.languages.values()}
    world |= {zone["city"] for zone in dutch.time_zones.values() if "city" in zone}
    listed = [_lines(folder / f"lst_{kind}" / "items.txt") for kind in kinds]
    return frozenset({name.lower() for name in world}.union(*listed, _lines(_OWN / "places.txt")))


@cache
def streets() -> frozenset[str]:
    """The streets of the Netherlands (BAG), in small letters."""
    return frozenset(_lines(_deduce() / "locations" / "lst_street" / "items.txt"))


@cache
def _words() -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load((_OWN / "words.yml").read_text(encoding="utf-8"))
    return found


def words(name: str) -> frozenset[str]:
    """One of the lists of `words.yml`."""
    return frozenset(_words()[name].split())


def warm_up() -> None:
    """Reads every list, so that the first resident does not wait for it."""
    for read in (first_names, surnames, ordinary_words, organisations, places, streets):
        read()
