"""The demo catalogue is sound, and every mistake in a catalogue is told with file, line and what to do."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from organisation import CatalogueError, load_catalogue
from organisation.loader import FILES
from organisation.model import CRISIS_KINDS, Catalogue
from organisation.wording import WORDING

DEMO = Path(__file__).parents[2] / "catalogue" / "demo"
Spoil = Callable[[str, str, str], int]
OLDEST_CHECK = dt.timedelta(days=365)


@pytest.fixture(scope="module")
def demo() -> Catalogue:
    """The catalogue of the demo organisation."""
    return load_catalogue(DEMO)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy to make mistakes in."""
    return Path(shutil.copytree(DEMO, tmp_path / "catalogue"))


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Replaces the first `old` in a file by `new`; gives the line where that is."""

    def replace(name: str, old: str, new: str) -> int:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old!r} any more: change this test"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    return replace


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems


class Mistake(NamedTuple):
    """Something a content person does to a file, and the words that the sentence about it must have."""

    what: str
    file: str
    before: str
    after: str
    words: list[str]
    further: int = 0
    """How many lines after the change the sentence points."""


MISTAKES = [
    Mistake("unknown key", "organisation.yml", "phone: ", "fone: ", ["fone", "spelling"]),
    Mistake("unknown key, deeper", "services.yml", "  label: Sch", "  lable: Sch", ["lable", "spelling"]),
    Mistake("unknown text", "texts.nl.yml", "  greeting:", "  welcome:", ["welcome", "spelling"]),
    Mistake(
        "unknown day",
        "organisation.yml",
        "hours:\n",
        'hours:\n  holidays: { opens: "09:00", closes: "17:00" }\n',
        ["holidays", "spelling"],
        further=1,
    ),
    Mistake("unknown team", "areas.yml", "    team: best\n", "    team: eindhoven\n", ["eindhoven", "Add the team"]),
    Mistake("unknown service", "areas.yml", "jongerenwerk: { name", "jeugdwerk: { name", ["jeugdwerk", "services.yml"]),
    Mistake(
        "unknown help line",
        "crisis.yml",
        "help_lines: [zelfmoordpreventie, ",
        "help_lines: [lijn-113, ",
        ["lijn-113", "helplines.yml"],
    ),
    Mistake(
        "bad regular expression",
        "crisis.yml",
        "rules:\n",
        "rules:\n  - kind: danger\n    pattern: 'gas (lek'\n",
        ["regular expression", "position"],
        further=2,
    ),
    Mistake(
        "bad exception",
        "crisis.yml",
        "rules:\n",
        "rules:\n  - kind: danger\n    pattern: gas\n    unless: '*'\n",
        ["regular expression"],
        further=3,
    ),
    Mistake(
        "unknown kind of crisis",
        "crisis.yml",
        "rules:\n",
        "rules:\n  - kind: gas\n    pattern: gas\n",
        ["'gas'", "suicide"],
        further=1,
    ),
    Mistake("bad time", "organisation.yml", 'opens: "09:00"', 'opens: "9:00"', ["'9:00'", '"09:00"']),
    Mistake("no such time", "organisation.yml", 'closes: "17:00"', 'closes: "24:00"', ["'24:00'", '"09:00"']),
    Mistake("time without quotes", "organisation.yml", 'closes: "17:00"', "closes: 17:00", ["1020", "quotes"]),
    Mistake(
        "closes before it opens",
        "organisation.yml",
        'closes: "17:00"',
        'closes: "08:00"',
        ["monday closes before it opens"],
    ),
    Mistake(
        "no such time zone",
        "organisation.yml",
        "Europe/Amsterdam",
        "Europe/Gemert",
        ["Europe/Gemert", "Europe/Amsterdam"],
    ),
    Mistake("bad address", "organisation.yml", "email: hulp@", "email: hulp", ["e-mail address"]),
    Mistake(
        "no such day",
        "helplines.yml",
        "alarmnummer:\n",
        'x:\n  { name: X, number: "1", hours: x, free: true, source: x, checked_on: 2026-02-30 }\nalarmnummer:\n',
        ["2026-02-30", "2026-11-22"],
        further=1,
    ),
    Mistake("bad date", "helplines.yml", "checked_on: 20", "checked_on: op 20", ["'op 20", "2026-11-22"]),
    Mistake("number without quotes", "helplines.yml", 'number: "112"', "number: 112", ["112", "quotes"]),
    Mistake("postcode without quotes", "areas.yml", '"5420"', "5420", ["5420", "quotes"]),
    Mistake("whole postcode", "areas.yml", '"5420"', '"5420 AB"', ["5420 AB", "four digits"]),
    Mistake("name with capitals", "areas.yml", "  best: { name", "  Team Best: { name", ["lower case"]),
    Mistake("words for a number", "services.yml", "normal: 16", "normal: twenty", ["twenty", "whole number"]),
    Mistake("number too high", "services.yml", "normal: 16", "normal: 90", ["90", "60"]),
    Mistake("label too long", "services.yml", "label: Schulden of rekeningen", f"label: {'a' * 61}", ["60 characters"]),
    Mistake(
        "same name twice",
        "services.yml",
        "thuisadministratie:",
        "schuldhulpverlening:",
        ["schuldhulpverlening", "twice"],
    ),
    Mistake(
        "unknown placeholder",
        "texts.nl.yml",
        "ben {assistant},",
        "ben {assistent},",
        ["{assistent}", "assistant"],
        further=-1,
    ),
    Mistake(
        "placeholder of another text", "texts.nl.yml", '"{name} heeft het', '"{team} heeft het', ["{team}", "name"]
    ),
    Mistake("open brace", "texts.nl.yml", '"{name} heeft het', '"{name heeft het', ["brace"]),
    Mistake("braces in another language", "texts.pl.yml", "{reference}", "{numer}", ["{numer}", "reference"]),
    Mistake(
        "only one way to say it",
        "texts.nl.yml",
        "    - Fijn dat ik kon helpen.\n    - Geen dank, daar ben ik voor.\n",
        "",
        ["list of at least two"],
        further=-2,
    ),
    Mistake(
        "number of a help line",
        "texts.en.yml",
        '"Immediate danger: 112',
        '"Immediate danger: 911',
        ["112", "helplines.yml"],
    ),
    Mistake("question twice", "services.yml", "fact: threatWhen", "fact: threat", ["'threat'", "twice"]),
    Mistake(
        "condition on nothing",
        "services.yml",
        "only_if: { threat: [eviction,",
        "only_if: { threat: [eviction, moving,",
        ["'moving'", "above this one"],
    ),
    Mistake("bad pattern of an answer", "services.yml", "heard: 'ontruim", "heard: '(ontruim", ["regular expression"]),
    Mistake(
        "bad pattern of a speaker",
        "speakers.yml",
        "unless: 'geen (arts",
        "unless: 'geen ((arts",
        ["regular expression"],
    ),
    Mistake(
        "answer without words",
        "services.en.yml",
        "{ eviction: I must",
        "{ moving: I must",
        ["answers of services.yml", "eviction"],
    ),
    Mistake(
        "question without words",
        "services.en.yml",
        "    threatWhen:",
        "    when:",
        ["questions of services.yml", "threatWhen"],
        further=-5,
    ),
    Mistake(
        "service without a question mark of its own",
        "services.yml",
        "then: danger",
        "then: fire",
        ["'fire'", "suicide"],
    ),
    Mistake(
        "answer for a service that is none", "work.yml", "services: [buurtbem", "services: [burenbem", ["services.yml"]
    ),
    Mistake(
        "answer with an unknown placeholder",
        "work.yml",
        "text: >-\n      Dag {naam}",
        "text: >-\n      Dag {voornaam}",
        ["{voornaam}", "medewerker"],
    ),
    Mistake(
        "help line of the reporting code", "work.yml", "help_line: veilig-thuis", "help_line: thuis", ["helplines.yml"]
    ),
    Mistake("direction", "texts.ar.yml", "direction: rtl", "direction: left", ["'left'", "rtl"]),
    Mistake(
        "referral without a way to reach it",
        "areas.yml",
        'phone: 0492 00 00 10, website: "https://jongerenwerk.example"',
        "",
        ["phone, email and website"],
    ),
    Mistake("unknown central team", "areas.yml", "central_team: centraal", "central_team: midden", ["midden", "Add"]),
    Mistake("unknown discipline", "services.yml", "discipline: geld", "discipline: goud", ["goud", "areas.yml"]),
    Mistake(
        "rule without facts and words",
        "urgency.yml",
        "rules:\n",
        "rules:\n  x: { urgency: soon, because: x }\n",
        ["facts"],
        further=1,
    ),
    Mistake(
        "rule for an unknown service",
        "urgency.yml",
        "rules:\n",
        "rules:\n  x: { urgency: soon, because: x, words: x, services: [toverij] }\n",
        ["toverij", "services.yml"],
        further=1,
    ),
    Mistake(
        "rule with a fact that nobody asks",
        "urgency.yml",
        "rules:\n",
        "rules:\n  x: { urgency: soon, because: x, facts: { threat: [flood] } }\n",
        ["flood", "threat"],
        further=1,
    ),
    Mistake(
        "bad words in a rule",
        "urgency.yml",
        "rules:\n",
        "rules:\n  x: { urgency: soon, because: x, words: 'a (b' }\n",
        ["regular expression"],
        further=1,
    ),
    Mistake("unknown system in a route", "case_systems.yml", "routes: []", "routes: [{ systems: [klant] }]", ["klant"]),
    Mistake(
        "system without what it needs",
        "case_systems.yml",
        "systems: {}",
        "systems:\n  klant: { kind: webhook, name: x }",
        ["webhook", "address"],
        further=1,
    ),
    Mistake(
        "day that does not exist",
        "organisation.yml",
        "timezone:",
        "closed_on: [2026-02-30]\ntimezone:",
        ["2026-02-30"],
    ),
    Mistake("bad YAML", "organisation.yml", "phone: 0492", "phone: [0492", ["indentation"], further=1),
    Mistake("bad indentation", "services.yml", "  label: Post", " label: Post", ["indentation"]),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.what)
def test_mistake_is_one_sentence_with_file_and_line_and_what_to_do(
    folder: Path, spoil: Spoil, mistake: Mistake
) -> None:
    line = spoil(mistake.file, mistake.before, mistake.after) + mistake.further
    (problem, *others) = problems_of(folder)
    # A name that is spelt wrong is both unknown and missing.
    assert all("is a required property. Add it." in other for other in others)
    assert problem.startswith(f"{folder / mistake.file}:{line}: "), problem
    assert all(word in problem for word in mistake.words), problem
    assert problem.endswith("."), problem
    assert "\n" not in problem


@pytest.mark.parametrize(
    "name",
    [
        "organisation",
        "services",
        "areas",
        "helplines",
        "crisis",
        "speakers",
        "work",
        "texts.nl",
        "services.en",
        "speakers.en",
    ],
)
def test_missing_file_is_told(folder: Path, name: str) -> None:
    (folder / f"{name}.yml").unlink()
    (problem,) = problems_of(folder)
    assert problem == f"{folder / name}.yml: this file is missing. Copy it from catalogue/demo/ and fill it in."


def test_missing_folder_is_told_for_every_file(tmp_path: Path) -> None:
    assert len(problems_of(tmp_path / "nowhere")) == len(FILES) + 1  # and the Dutch texts


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "not a list of names"), (b"- a\n", "not a list of names"), (b"\xff\xfe", "UTF-8")]
)
def test_file_that_is_something_else_is_told(folder: Path, content: bytes, words: str) -> None:
    (folder / "areas.yml").write_bytes(content)
    (problem,) = problems_of(folder)
    assert str(folder / "areas.yml") in problem
    assert words in problem


def test_missing_key_is_told_at_its_parent(folder: Path, spoil: Spoil) -> None:
    line = spoil("services.yml", "mantelzorg:\n  name: Mantelzorg\n", "mantelzorg:\n")
    (problem,) = problems_of(folder)
    assert problem == f"{folder / 'services.yml'}:{line}: mantelzorg: 'name' is a required property. Add it."


def test_all_mistakes_of_a_run_are_told(folder: Path, spoil: Spoil) -> None:
    spoil("organisation.yml", "email: hulp@", "email: hulp")
    spoil("organisation.yml", 'opens: "09:00"', 'opens: "9:00"')
    spoil("areas.yml", "    team: best\n", "    team: eindhoven\n")
    spoil("areas.yml", "jongerenwerk: { name", "jeugdwerk: { name")
    spoil("texts.nl.yml", "ben {assistant},", "ben {assistent},")
    (folder / "helplines.yml").unlink()
    found = problems_of(folder)
    assert len(found) == 6
    for words in ("e-mail", "'9:00'", "eindhoven", "jeugdwerk", "{assistent}", "helplines.yml"):
        assert len([problem for problem in found if words in problem]) == 1


def test_quotes_around_a_date_change_nothing(folder: Path, demo: Catalogue) -> None:
    path = folder / "helplines.yml"
    path.write_text(
        re.sub(r"checked_on: ([\d-]+)", r'checked_on: "\1"', path.read_text(encoding="utf-8")), encoding="utf-8"
    )
    assert load_catalogue(folder).help_lines == demo.help_lines


def test_every_service_has_all_that_a_resident_is_told(demo: Catalogue) -> None:
    assert len(demo.services) == 15
    for service in demo.services.values():
        assert "kost u niets" in service.explanation, service.slug
        assert service.words.reflection.endswith("."), service.slug
        assert service.due_working_days["crisis"] == 0, service.slug
    assert demo.services["schuldhulpverlening"].due_working_days["normal"] == 16
    assert demo.services["schuldhulpverlening"].due_working_days["urgent"] == 3


def test_no_village_or_postcode_belongs_to_two_areas(demo: Catalogue) -> None:
    for places in ([area.places for area in demo.areas.values()], [area.postcodes for area in demo.areas.values()]):
        every = [place for some in places for place in some]
        assert len(every) == len(set(every))


@pytest.mark.parametrize("kind", CRISIS_KINDS)
def test_advice_in_a_crisis_begins_with_words_and_ends_with_numbers(demo: Catalogue, kind: str) -> None:
    first, *lines = demo.crisis_text(kind).splitlines()
    assert first == demo.text(f"crisis_{kind}")
    assert any(": 112 (" in line for line in lines)
    assert all(re.search(r": [\d-]+ \(", line) for line in lines)
    assert {rule.kind for rule in demo.crisis_rules} == set(CRISIS_KINDS)


def test_who_does_not_want_to_live_hears_113_first(demo: Catalogue) -> None:
    assert ": 113 (" in demo.crisis_text("suicide").splitlines()[1]


def test_help_lines_were_checked_in_the_last_year(demo: Catalogue) -> None:
    today = dt.datetime.now(dt.UTC).date()
    old = [line.slug for line in demo.help_lines.values() if today - line.checked_on > OLDEST_CHECK]
    assert old == [], "Compare these numbers with their source, then change `checked_on` in helplines.yml."
    assert all(line.checked_on <= today + dt.timedelta(days=1) for line in demo.help_lines.values())


@pytest.mark.parametrize("language", ["nl", "en", "ar", "uk", "pl", "tr", "ti"])
def test_every_text_can_be_filled_in(demo: Catalogue, language: str) -> None:
    for key, holes in WORDING.items():
        for variant in range(len(demo.ways(key, language))):
            said = demo.text(key, language, variant, **dict.fromkeys(holes, "Sanne"))
            assert said.strip()
            assert "{" not in said
            assert "}" not in said


def test_languages_are_offered_dutch_first_and_say_what_they_are(demo: Catalogue) -> None:
    assert list(demo.languages) == ["nl", "en", "ar", "uk", "pl", "tr", "ti"]
    assert [code for code in demo.languages if demo.speaks(code)] == ["nl", "en"]
    assert [code for code, language in demo.languages.items() if language.reviewed] == ["nl"]
    assert demo.languages["ar"].direction == "rtl"


@pytest.mark.parametrize("language", ["en", "ar", "uk", "pl", "tr", "ti"])
@pytest.mark.parametrize("kind", CRISIS_KINDS)
def test_danger_has_words_and_numbers_in_every_language(demo: Catalogue, language: str, kind: str) -> None:
    said = demo.crisis_text(kind, language)
    assert "112" in said
    assert said.splitlines()[0] != demo.crisis_text(kind).splitlines()[0]


def test_what_a_language_has_not_is_said_in_dutch(demo: Catalogue) -> None:
    assert demo.text("ask_place", "pl") == demo.text("ask_place")
    assert demo.text("ask_place", "en") != demo.text("ask_place")
    assert demo.words_of("mantelzorg", "tr") == demo.services["mantelzorg"].words


def test_every_way_to_say_it_comes_in_turn(demo: Catalogue) -> None:
    ways = demo.ways("ask_place")
    assert [demo.text("ask_place", "nl", number) for number in range(4)] == [*ways, ways[0]]


def test_greeting_says_it_is_a_machine_and_how_to_reach_a_person(demo: Catalogue) -> None:
    greeting = demo.text("greeting")
    assert "computer, geen mens" in greeting
    assert demo.organisation.phone in greeting
