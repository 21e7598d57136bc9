"""From what a resident says about the place to the area, and to nobody's rather than to the wrong one."""

from __future__ import annotations

import dataclasses

import pytest

from api.intakes.routing import PlaceFound, find_place, route
from api.settings import ROOT
from organisation import Area, load_catalogue

CATALOGUE = load_catalogue(ROOT / "catalogue" / "demo")


def area_of(place: str | None) -> str | None:
    area = find_place(CATALOGUE, place).area
    return area.slug if area else None


@pytest.mark.parametrize("postcode", ["5421", "5421AB", "5421 AB", "5421ab", "mijn postcode is 5421 AB.", "5421 AB 12"])
def test_postcode_is_enough(postcode: str) -> None:
    assert area_of(postcode) == "gemert-bakel"


@pytest.mark.parametrize("area", CATALOGUE.areas.values(), ids=lambda area: area.slug)
def test_every_place_and_postcode_of_the_catalogue_is_found(area: Area) -> None:
    for place in [*area.places, *area.postcodes, *map(str.upper, area.places)]:
        assert area_of(place) == area.slug, place
        assert area_of(f"Ik woon in {place}.") == area.slug, place


@pytest.mark.parametrize(
    ("place", "area"),
    [
        ("ik woon in Bakel bij de kerk", "gemert-bakel"),
        ("ergens tussen de rips en deurne", "gemert-bakel"),
        ("in de mortel, achter de kapel", "gemert-bakel"),
        ("Son", "son-en-breugel"),
        ("breugel", "son-en-breugel"),
        ("Son & Breugel", "son-en-breugel"),
        ("wij wonen in son", "son-en-breugel"),
        ("Best-Noord", "best"),
        ("ik zit in best", "best"),
    ],
)
def test_village_is_found_in_a_sentence(place: str, area: str) -> None:
    assert area_of(place) == area


@pytest.mark.parametrize(
    ("place", "area"),
    [
        ("Gemerd", "gemert-bakel"),
        ("gemmert", "gemert-bakel"),
        ("Bakkel", "gemert-bakel"),
        ("milheze", "gemert-bakel"),
        ("elzendorp", "gemert-bakel"),
        ("de Mortl", "gemert-bakel"),
        ("Breughel", "son-en-breugel"),
        ("ik woon in breugle", "son-en-breugel"),
    ],
)
def test_misspelt_village_is_understood(place: str, area: str) -> None:
    assert area_of(place) == area


@pytest.mark.parametrize(
    "place",
    [
        None,
        "",
        "  ",
        "?",
        "Eindhoven",
        "Helmond",
        "Boekel",
        "Deurne",
        "Sint-Oedenrode",
        "5611 AB",
        "1012 AB Amsterdam",
        "dat zeg ik liever niet",
        "weet ik niet",
        "in het bos",
        "ik woon hier sinds 1998",
        "naast de sonoma",
        "15421",
        "54211",
    ],
)
def test_elsewhere_or_nothing_has_no_area(place: str | None) -> None:
    assert area_of(place) is None


@pytest.mark.parametrize(
    "place", ["dat is het beste", "het westen", "op reis", "bij mijn zoons", "het bakken", "gemeente"]
)
def test_ordinary_word_is_no_village(place: str) -> None:
    assert area_of(place) is None


def test_postcode_goes_before_the_name_of_another_village() -> None:
    assert area_of("5691 AB, vroeger in Gemert") == "son-en-breugel"


@pytest.mark.parametrize(
    ("place", "candidates"),
    [
        ("Eindhoven", []),
        ("Breukelen", [("Breugel", "son-en-breugel")]),
        ("Bakel of Best, dat verschilt", [("Bakel", "gemert-bakel"), ("Best", "best")]),
        ("Gemert-Bakel, nu nog in Best", [("Gemert-Bakel", "gemert-bakel"), ("Best", "best")]),
        ("de moordel", [("De Mortel", "gemert-bakel")]),
    ],
)
def test_who_may_mean_another_village_is_asked_which(place: str, candidates: list[tuple[str, str]]) -> None:
    found = find_place(CATALOGUE, place)
    assert found.area is None
    assert [(one.name, one.area.slug) for one in found.candidates] == candidates
    assert (found.found is PlaceFound.UNSURE) == bool(candidates)


@pytest.mark.parametrize("place", [None, "", "?"])
def test_place_that_was_not_said_is_missing_and_not_elsewhere(place: str | None) -> None:
    assert find_place(CATALOGUE, place).found is PlaceFound.MISSING
    assert find_place(CATALOGUE, "Amsterdam").found is PlaceFound.ELSEWHERE


@pytest.mark.parametrize("place", [None, "Amsterdam", "dat zeg ik liever niet"])
def test_question_without_a_known_place_goes_to_the_central_team(place: str | None) -> None:
    assert route(CATALOGUE, place, "taalhuis").team == "centraal"
    without = dataclasses.replace(CATALOGUE, central_team=None)
    assert route(without, place, "taalhuis").team is None


def test_discipline_of_a_service_can_have_a_team_of_its_own_in_an_area() -> None:
    best = dataclasses.replace(CATALOGUE.areas["best"], teams={"geld": "centraal"})
    catalogue = dataclasses.replace(CATALOGUE, areas={**CATALOGUE.areas, "best": best})
    assert route(catalogue, "Best", "schuldhulpverlening").team == "centraal"
    assert route(catalogue, "Best", "taalhuis").team == "best"


def test_service_that_another_organisation_does_there_is_a_referral() -> None:
    there = route(CATALOGUE, "Gemert", "jongerenwerk")
    assert there.referral is not None
    assert there.referral.phone
    assert there.team == "gemert", "somebody of ours still sees to it that the resident arrives"
    assert route(CATALOGUE, "Best", "jongerenwerk").referral is None


def test_every_step_says_why_without_a_word_of_the_resident() -> None:
    steps = route(CATALOGUE, "ik heet Truus en woon in gemerd", "jongerenwerk").steps
    assert [step.question for step in steps] == ["Gebied", "Discipline", "Team", "Verwijzing"]
    assert "Truus" not in str(steps)
    assert all(step.because for step in steps)
