"""Danger is heard by rule or by classifier, and replaces whatever else was understood."""

import pytest
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.crisis import CrisisDetector


@pytest.fixture(scope="module")
def detector() -> CrisisDetector:
    return CrisisDetector({"enough": 0.3, "catalogue": "catalogue/demo"})


def heard(detector: CrisisDetector, text: str, **shares: float) -> str:
    ranking = [{"name": name, "confidence": share} for name, share in shares.items()]
    message = Message({TEXT: text, INTENT: {"name": "hulp_taalhuis", "confidence": 0.9}, "intent_ranking": ranking})
    detector.process([message])
    return str(message.get(INTENT)["name"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ik wil niet meer leven", "crisis_suicide"),
        ("IK   WIL  NIET MEER LEVEN!!", "crisis_suicide"),
        ("iedereen is beter af zonder mij", "crisis_suicide"),
        ("hij slaat mij als hij gedronken heeft", "crisis_violence"),
        ("ik ruik gas in huis", "crisis_danger"),
    ],
)
def test_rule_is_enough(detector: CrisisDetector, text: str, kind: str) -> None:
    assert heard(detector, text, crisis_suicide=0.01) == kind


def test_classifier_is_enough_when_all_crisis_together_is(detector: CrisisDetector) -> None:
    assert heard(detector, "het is op", crisis_suicide=0.2, crisis_danger=0.12, hulp_taalhuis=0.6) == "crisis_suicide"
    assert heard(detector, "het is op", crisis_suicide=0.2, hulp_taalhuis=0.7) == "hulp_taalhuis"


@pytest.mark.parametrize("text", ["ik ga dood van het lachen", "mijn telefoon is dood", "", "dwangbevel gehad"])
def test_figure_of_speech_is_left_alone(detector: CrisisDetector, text: str) -> None:
    assert heard(detector, text) == "hulp_taalhuis"
