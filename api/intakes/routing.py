"""Where a question goes: place to area, service to discipline, area and discipline to team, and why, step by step."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from organisation import Area, Catalogue
from organisation.model import Referral

_POSTCODE = re.compile(r"\b([1-9]\d{3}) ?[A-Za-z]{0,2}\b")
# From here two spellings are one village. Son and Breugel score 20, "gemerd" and Gemert 83.
SAME_NAME = 80
# From here we ask whether that village is meant. "Bakl" and Bakel score 89, "handal" and Handel 83, "moordel" and Mortel 62.
LIKE_NAME = 66
# Shorter names are one letter away from ordinary words (Best: beste, test, west), so these must be spelt right.
SHORTEST_MISSPELT = 5
MOST_CANDIDATES = 3


class PlaceFound(enum.StrEnum):
    """What we make of what a resident says about the place."""

    KNOWN = "known"
    UNSURE = "unsure"
    ELSEWHERE = "elsewhere"
    MISSING = "missing"


@dataclass(frozen=True)
class Candidate:
    """A village that may be meant."""

    name: str
    area: Area


@dataclass(frozen=True)
class Place:
    """An area, or the villages we would ask about; `how` says what it was found by."""

    found: PlaceFound
    area: Area | None
    candidates: Sequence[Candidate]
    how: str


@dataclass(frozen=True)
class Step:
    """One thing that routing looked at, for people who ask why: no words of the resident."""

    question: str
    answer: str
    because: str


@dataclass(frozen=True)
class Route:
    """Where a question goes. Without `team` the coordinator decides; `referral` is who does it there instead of us."""

    place: Place
    discipline: str | None
    team: str | None
    referral: Referral | None
    steps: Sequence[Step]


def find_place(catalogue: Catalogue, text: str | None) -> Place:
    """The area of a postcode or a village, also misspelt. A village that only resembles one is asked about."""
    if not text or not re.search(r"\w", text):
        return Place(PlaceFound.MISSING, None, (), "geen plaats genoemd")
    areas = list(catalogue.areas.values())
    postcodes = _POSTCODE.findall(text)
    for postcode in postcodes:
        for area in areas:
            if postcode in area.postcodes:
                return Place(PlaceFound.KNOWN, area, (), f"postcode {postcode}")
    names = {name.lower(): (name, area) for area in areas for name in area.places}
    words = text.lower()
    named = [(name, area) for low, (name, area) in names.items() if re.search(rf"\b{re.escape(low)}\b", words)]
    if named:
        return _named(named)
    # Of two villages with a word in common the shorter name has it last, and so for itself.
    telling = {
        part: Candidate(name, area)
        for low, (name, area) in sorted(names.items(), key=lambda one: -len(one[0]))
        for part in low.split()
        if len(part) >= SHORTEST_MISSPELT
    }
    like: dict[str, tuple[Candidate, float]] = {}
    for word in re.findall(r"[a-z-]{4,}", words):
        for part, score, _ in process.extract(word, list(telling), scorer=fuzz.ratio, score_cutoff=LIKE_NAME):
            near = telling[part]
            if score >= SAME_NAME:
                return Place(PlaceFound.KNOWN, near.area, (), f"lijkt op {part.capitalize()} ({score:.0f} %)")
            if score > like.get(near.name, (near, 0.0))[1]:
                like[near.name] = (near, score)
    if like and not postcodes:
        nearest = sorted(like.values(), key=lambda one: -one[1])[:MOST_CANDIDATES]
        return Place(
            PlaceFound.UNSURE, None, tuple(one for one, _ in nearest), "lijkt een beetje op een van onze dorpen"
        )
    return Place(PlaceFound.ELSEWHERE, None, (), "geen dorp of postcode van ons")


def _named(named: Sequence[tuple[str, Area]]) -> Place:
    """The village that is named; of villages in several areas we ask which."""
    if len({area.slug for _, area in named}) == 1:
        return Place(PlaceFound.KNOWN, named[0][1], (), f"dorp {named[0][0]}")
    longest: dict[str, Candidate] = {}
    for name, area in named:
        if area.slug not in longest or len(name) > len(longest[area.slug].name):
            longest[area.slug] = Candidate(name, area)
    return Place(PlaceFound.UNSURE, None, tuple(longest.values())[:MOST_CANDIDATES], "meer dan een gebied")


def route(catalogue: Catalogue, place: str | None, service: str | None) -> Route:
    """Where a question about `service` from `place` goes, with what was looked at."""
    where = find_place(catalogue, place)
    area = where.area
    steps = [Step("Gebied", area.name if area else "onbekend", where.how)]
    known = catalogue.services.get(service or "")
    discipline = known.discipline if known else None
    steps.append(
        Step(
            "Discipline",
            catalogue.disciplines.get(discipline or "", "geen"),
            f"dienst {known.name}" if known else "geen dienst gekozen",
        )
    )
    team, because = _team(catalogue, area, discipline)
    steps.append(Step("Team", catalogue.teams[team].name if team else "coördinator", because))
    referral = area.referrals.get(service or "") if area else None
    if referral is not None and area is not None:
        steps.append(Step("Verwijzing", referral.name, f"doet deze dienst in {area.name}"))
    return Route(where, discipline, team, referral, steps)


def _team(catalogue: Catalogue, area: Area | None, discipline: str | None) -> tuple[str | None, str]:
    if area is None:
        central = catalogue.central_team
        return central, "gebied onbekend: centraal team" if central else "gebied onbekend en er is geen centraal team"
    if discipline is not None and discipline in area.teams:
        return area.teams[discipline], f"doet {catalogue.disciplines[discipline]} in {area.name}"
    return area.team, f"team van {area.name}"
