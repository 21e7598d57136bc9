"""Triage lines say what the assistant itself hears: the same model, read without Rasa around it."""

import asyncio

from rasa.core.agent import Agent

from bot.decision import slug_of
from bot.training import model_path
from bot.understanding import Understanding
from tests.conversations.conftest import MODELS

TEXTS = [
    "kheb schulde bij de woningbau",
    "منزلي بارد ولا أستطيع دفع الفاتورة",
    "hij zit weer aan de deur te bonken ik durf nie open te doen",
    "ik wil niet meer leven",
    "ik wil gewoon een mens spreken",
    "wie leest dit allemaal?",
    "ons mam vergeet alles en ik kan mijn eigen rekeningen ook niet meer betalen",
]


def test_triage_lines_are_what_the_assistant_hears(agent: Agent, loop: asyncio.AbstractEventLoop) -> None:
    lines = Understanding.of_model(model_path(MODELS)).lines(TEXTS)
    for line in lines:
        parsed = loop.run_until_complete(agent.parse_message(line["text"]))
        assert parsed["intent"]["name"].startswith("crisis_") == (line["crisis"] is not None), line["text"]
        if line["kind"] == "service":
            assert slug_of(parsed["intent"]["name"]) == line["service"]
            assert abs(parsed["intent"]["confidence"] - line["confidence"]) < 0.01


def test_the_three_of_the_issue(agent: Agent) -> None:
    debts, cold, threat = Understanding.of_model(model_path(MODELS)).lines(TEXTS[:3])
    assert (debts["kind"], debts["service"], debts["language"]) == ("service", "schuldhulpverlening", "nl")
    assert (cold["kind"], cold["language"]) == ("service", "ar")
    assert cold["service"] in ("schuldhulpverlening", "een-pas-vooruit", "sociaal-raadslieden")
    assert (threat["crisis"], threat["next"]) == ("violence", "crisis")
