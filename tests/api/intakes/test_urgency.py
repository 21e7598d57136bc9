"""What presses is found by what was asked and by what was told; what only looks like it is not."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from api.intakes.models import Urgency
from api.intakes.urgency import Assessment, assess
from api.settings import ROOT
from organisation import load_catalogue

CATALOGUE = load_catalogue(ROOT / "catalogue" / "demo")
# A Wednesday.
ASKED = dt.datetime(2026, 11, 25, 10, tzinfo=ZoneInfo("Europe/Amsterdam"))


def weigh(
    story: str = "", service: str | None = "schuldhulpverlening", floor: Urgency = Urgency.NORMAL, **facts: object
) -> Assessment:
    return assess(CATALOGUE, service, floor, facts, story, ASKED)


@pytest.mark.parametrize(
    "story",
    [
        "stroom morgen afgesloten",
        "Ze sluiten vrijdag de stroom af",
        "brief van essent dat ze gaan afsluiten als ik niet betaal, ik heb kindren",
        "ik zit zonder gas want kon de rekening niet betalen",
        "huisuitzetting",
        "deurwaarder vrijdag ontruiming",
        "volgende week moeten we ons huis uit",
        "ik word uit mijn huis gezet",
        "wij staan straks op straat met 3 kinderen",
        "Er ligt een ontruimingsvonnis. Wat nu?",
        "mijn zorgverzekering stopt per 1 december",
        "de zorgverzekeraar heeft de zorgverzekering opgezegd omdat ik achterloop",
        "Vorig jaar ging het goed. Nu dreigt ontruiming.",
        "er is geen eten meer in huis en de kinderen hebben honger",
    ],
)
def test_story_that_presses_is_urgent_and_says_why(story: str) -> None:
    found = weigh(story)
    assert found.urgency is Urgency.URGENT, story
    assert found.reasons
    assert found.due_at <= dt.datetime(2026, 11, 30, 17, tzinfo=ASKED.tzinfo), "three working days at the latest"


@pytest.mark.parametrize(
    "story",
    [
        "er is geen ontruiming, alleen rekeningen",
        "er dreigt geen huisuitzetting",
        "we worden niet uit huis gezet hoor",
        "vorig jaar ben ik ontruimd, nu wil ik mijn schulden op een rij",
        "de ontruiming is van de baan",
        "in 2019 is mijn stroom een keer afgesloten",
        "de stroom was afgesloten maar is weer aangesloten",
        "ons water is afgesloten door werkzaamheden in de straat",
        "ik heb zelf de kraan van het water afgesloten",
        "ik heb een nieuw energie contract afgesloten",
        "ik moet de zolder ontruimen en zoek iemand die helpt tillen",
        "hij heeft de verwarming uitgezet",
        "ik ben overgestapt naar een andere zorgverzekering en heb de oude zelf opgezegd",
        "de tandartsverzekering stopt",
        "ik heb geen tijd om te eten",
        "ik wil graag beter leren lezen",
    ],
)
def test_story_that_only_looks_like_it_is_ordinary(story: str) -> None:
    found = weigh(story)
    assert (found.urgency, found.reasons) == (Urgency.NORMAL, []), story


@pytest.mark.parametrize("threat", ["eviction", "energy", "insurance"])
def test_threat_of_the_law_is_three_working_days_for_debts_and_says_so(threat: str) -> None:
    found = weigh(threat=threat)
    assert found.urgency is Urgency.URGENT
    assert found.due_at == dt.datetime(2026, 11, 30, 17, tzinfo=ASKED.tzinfo)
    assert found.legal_due_at == dt.datetime(2026, 12, 1, tzinfo=ASKED.tzinfo)
    assert "drie werkdagen" in found.reasons[0]


def test_term_of_the_law_is_four_weeks_for_debts_and_fourteen_days_for_concern_about_another() -> None:
    assert weigh().legal_due_at == dt.datetime(2026, 12, 24, tzinfo=ASKED.tzinfo)
    assert weigh(service="wvggz").legal_due_at == dt.datetime(2026, 12, 10, tzinfo=ASKED.tzinfo)
    assert weigh(service="taalhuis").legal_due_at is None


def test_help_comes_before_the_day_of_the_threat() -> None:
    friday = weigh(threat="eviction", threatOn="2026-11-27")
    assert friday.due_at == dt.datetime(2026, 11, 26, 17, tzinfo=ASKED.tzinfo)
    assert "27-11-2026" in friday.reasons[-1]
    today = weigh(threat="eviction", threatOn="2026-11-25")
    assert today.due_at == ASKED
    assert weigh(threat="eviction", threatOn="volgende week").due_at == weigh(threat="eviction").due_at


def test_threat_of_this_week_is_the_next_working_day() -> None:
    assert weigh(threat="energy", threatWhen="this_week").due_at == dt.datetime(2026, 11, 26, 17, tzinfo=ASKED.tzinfo)
    assert weigh(threat="none", threatWhen="this_week").urgency is Urgency.NORMAL


@pytest.mark.parametrize(
    ("story", "due"),
    [
        ("de deurwaarder komt vrijdag en we worden uit huis gezet", dt.datetime(2026, 11, 26, 17, tzinfo=ASKED.tzinfo)),
        ("vanavond gaat de stroom eraf", ASKED),
        ("Morgenochtend staan ze voor de deur", dt.datetime(2026, 11, 25, 17, tzinfo=ASKED.tzinfo)),
        ("afgelopen maandag kwam de brief", dt.datetime(2026, 11, 26, 17, tzinfo=ASKED.tzinfo)),
        ("ik ben elke morgen bang", dt.datetime(2026, 11, 26, 17, tzinfo=ASKED.tzinfo)),
    ],
)
def test_day_of_this_week_in_the_story_is_the_day_of_the_threat(story: str, due: dt.datetime) -> None:
    assert weigh(story, threat="eviction", threatWhen="this_week").due_at == due
    assert weigh(story, threat="eviction", threatWhen="later").due_at == weigh(threat="eviction").due_at


@pytest.mark.parametrize("facts", [{"safeTonight": False}, {"dangerNow": "yes"}])
def test_no_safe_place_or_danger_is_a_crisis_and_now(facts: dict[str, object]) -> None:
    found = weigh("", "maatschappelijk-werk", Urgency.NORMAL, **facts)
    assert (found.urgency, found.due_at) == (Urgency.CRISIS, ASKED)


def test_rules_make_it_more_pressing_and_never_less() -> None:
    assert weigh("stroom morgen afgesloten", floor=Urgency.CRISIS).urgency is Urgency.CRISIS
    assert weigh("", floor=Urgency.SOON).urgency is Urgency.SOON


def test_reasons_hold_no_word_of_the_resident() -> None:
    assert "Essent" not in str(weigh("Essent gaat vrijdag de stroom afsluiten bij Truus").reasons)
