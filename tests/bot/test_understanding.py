"""Triage lines: always one a text, in order, in the form others rely on, whatever the text is."""

import json
import random
from dataclasses import replace

import pytest

from bot.components.kernel import KernelHead, Lesson
from bot.language.detect import language_of
from bot.meaning.encoder import encode
from bot.training import ROOT
from bot.understanding import Understanding, batches, is_readable, text_of
from organisation import load_catalogue

SAID = {
    "hulp_schuldhulpverlening": [
        "ik heb schulden",
        "de deurwaarder komt",
        "ik kan de huur niet betalen",
        "incasso gehad",
    ],
    "hulp_taalhuis": [
        "ik wil leren lezen",
        "nederlands leren",
        "schrijven is moeilijk",
        "ik kan deze brief niet lezen",
    ],
    "hulp_mantelzorg": ["ik zorg voor mijn man", "mijn moeder is dement", "zorgen voor oma", "mijn vrouw is ziek"],
    "hulp_buurtbemiddeling": ["de buren maken lawaai", "ruzie om de heg", "hond van de buurman", "muziek van boven"],
    "hulp_ontmoeting": ["ik ben alleen", "ik wil mensen leren kennen", "eenzaam sinds hij dood is", "samen eten"],
    "person": ["ik wil een mens", "medewerker graag", "bel mij terug", "kan ik iemand spreken"],
    "privacy": ["wie leest dit", "bewaren jullie mijn gegevens", "ik wil mijn gegevens wissen", "is dit anoniem"],
    "affirm": ["ja", "ja hoor", "klopt", "dat is goed"],
}
KINDS = {"service", "crisis", "human", "info", "privacy", "complaint", "out_of_scope", "smalltalk", "unclear"}


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    lessons = [
        Lesson(text, intent, f"group {number}") for intent, texts in SAID.items() for number, text in enumerate(texts)
    ]
    head = KernelHead.fit(lessons, encode([lesson.text for lesson in lessons]))
    # Eight examples of nobody's danger teach no level of alarm.
    head = replace(head, alarm_from=0.9)
    return Understanding(head, load_catalogue(ROOT / "catalogue" / "demo").crisis_rules, 0.05)


def test_line_has_what_the_contract_says(understanding: Understanding) -> None:
    (line,) = understanding.lines(["de deurwaarder komt morgen, ik heb schulden"])
    assert set(line) == {
        "text", "kind", "service", "confidence", "ranking", "also", "crisis", "language", "next",
    }  # fmt: skip
    assert (line["kind"], line["service"], line["crisis"]) == ("service", "schuldhulpverlening", None)
    assert line["next"] in ("confirm", "choose", "ask")
    assert len(line["ranking"]) >= 5
    shares = [entry["confidence"] for entry in line["ranking"]]
    assert shares == sorted(shares, reverse=True)
    assert line["ranking"][0] == {"service": line["service"], "confidence": line["confidence"]}


@pytest.mark.parametrize(
    ("text", "kind", "then"),
    [
        ("ik wil een mens, medewerker graag", "human", "handoff"),
        ("wie leest dit en bewaren jullie mijn gegevens", "privacy", "answer"),
        ("ik wil niet meer leven", "crisis", "crisis"),
        ("ja hoor", "unclear", "ask"),
    ],
)
def test_other_kinds(understanding: Understanding, text: str, kind: str, then: str) -> None:
    (line,) = understanding.lines([text])
    assert (line["kind"], line["next"], line["service"]) == (kind, then, None)


@pytest.mark.parametrize(
    "text", ["", "   ", "🙈🙈🙈", "a" * 4000, "?!?!", "\x00\x01\x02", "\ufffd\ufffdx\ufffdy", "12345", "\u202e\u200b"]
)
def test_what_cannot_be_read_is_unclear(understanding: Understanding, text: str) -> None:
    (line,) = understanding.lines([text])
    assert (line["kind"], line["next"], line["service"], line["crisis"]) == ("unclear", "ask", None, None)
    assert line["text"] == text


def test_binary_junk_gives_a_line_each_in_order(understanding: Understanding) -> None:
    noise = random.Random(1)
    lines = [noise.randbytes(80).replace(b"\n", b"") + b"\n" for _ in range(60)]
    told = [line for texts in batches(lines) for line in understanding.lines(texts)]
    assert [line["text"] for line in told] == [text_of(line) for line in lines]
    assert {line["kind"] for line in told} <= KINDS
    assert sum(line["kind"] == "unclear" for line in told) >= 58
    json.dumps(told).encode()


def test_long_story_is_read_as_any_other(understanding: Understanding) -> None:
    (line,) = understanding.lines(["ik heb schulden en de deurwaarder komt. " * 100])
    assert (line["kind"], line["service"]) == ("service", "schuldhulpverlening")


def test_what_only_sounds_like_a_crisis_is_a_story_to_ask_about(understanding: Understanding) -> None:
    share = understanding.head.alarm_from - 0.02
    ranking = [
        {"name": "crisis_danger", "confidence": share},
        {"name": "hulp_mantelzorg", "confidence": 1 - share},
    ]
    line = understanding._line("ons opa is nie thuisgekomme", ranking, [])
    assert (line["kind"], line["crisis"], line["next"]) == ("unclear", None, "ask")
    ranking[0]["confidence"] = understanding.head.alarm_from
    line = understanding._line("ons opa is nie thuisgekomme", ranking, [])
    assert (line["kind"], line["crisis"], line["next"]) == ("crisis", "danger", "crisis")


def test_crisis_is_heard_before_anything_else(understanding: Understanding) -> None:
    (line,) = understanding.lines(["d o o d   ik wil d o o d"])
    assert line["crisis"] == "suicide"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b"gewoon tekst\r\n", "gewoon tekst"),
        (b'{"text": "in json"}\n', "in json"),
        (b'{"text": 3}\n', '{"text": 3}'),
        (b'{"other": "x"}\n', '{"other": "x"}'),
        (b"{ kapot\n", "{ kapot"),
        (b'{"text": "\\ud83d"}\n', "?"),
        (b"{" * 3000 + b"\n", "{" * 3000),
        (b"\xff\n", "\ufffd"),
        (b"\n", ""),
    ],
)
def test_text_of_a_line(line: bytes, text: str) -> None:
    assert text_of(line) == text


def test_readable_or_not() -> None:
    assert is_readable("hulp")
    assert is_readable("منزلي بارد")
    assert not is_readable("x y z")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("منزلي بارد ولا أستطيع دفع الفاتورة", "ar"),
        ("what are your opening hours", "en"),
        ("nie mam pracy i pieniędzy", "pl"),
        ("kiramı ödeyemiyorum", "tr"),
        ("не можу заплатити за квартиру", "uk"),
        ("ክፍሊት ገዛ ክኸፍል ኣይክእልን", "ti"),
        ("ons mam vergit alles en gij wit ok nie wa ge moet doen", "nl"),
        ("help", "nl"),
        ("hallo", "nl"),
        ("", "nl"),
        ("🙈", "nl"),
    ],
)
def test_language_is_dutch_when_in_doubt(text: str, language: str) -> None:
    assert language_of(text) == language
