"""Danger is heard by rule or by classifier, and replaces whatever else was understood."""

import pytest
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.crisis import CrisisDetector
from bot.components.triage import ALARM_FROM


@pytest.fixture(scope="module")
def detector() -> CrisisDetector:
    return CrisisDetector({"catalogue": "catalogue/demo"})


def heard(detector: CrisisDetector, text: str, **shares: float) -> str:
    ranking = [{"name": name, "confidence": share} for name, share in shares.items()]
    best = max(shares, key=shares.__getitem__, default="hulp_taalhuis")
    message = Message({TEXT: text, INTENT: {"name": best}, "intent_ranking": ranking, ALARM_FROM: 0.7})
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
def test_rule_is_enough_in_few_words(detector: CrisisDetector, text: str, kind: str) -> None:
    assert heard(detector, text, crisis_suicide=0.01) == kind


def test_rule_is_enough_in_a_story_where_danger_is_as_likely_as_not(detector: CrisisDetector) -> None:
    story = "goedemiddag ik woon sinds mei in Gemert en ik wil niet meer leven met die schulden"
    assert heard(detector, story, crisis_suicide=0.5, hulp_schuldhulpverlening=0.5) == "crisis_suicide"
    assert heard(detector, story) == "crisis_suicide", "nobody but the rules has read it"


def test_rule_that_the_classifier_does_not_believe_is_asked_about(detector: CrisisDetector) -> None:
    quoted = "mijn dochter van dertien zegt ik wil dood bij elke afwas en elk huiswerk"
    assert heard(detector, quoted, crisis_suicide=0.2, hulp_jongerenwerk=0.8) == "perhaps_crisis"


def test_rule_in_another_language_is_enough(detector: CrisisDetector) -> None:
    assert heard(detector, "I want to die", hulp_taalhuis=1.0) == "crisis_suicide"


def test_classifier_is_enough_when_all_crisis_together_is(detector: CrisisDetector) -> None:
    assert heard(detector, "het is op", crisis_suicide=0.4, crisis_danger=0.32, hulp_taalhuis=0.28) == "crisis_suicide"
    assert heard(detector, "het is op", crisis_suicide=0.2, hulp_taalhuis=0.7) == "hulp_taalhuis"


def test_what_sounds_like_a_crisis_without_being_enough_is_perhaps_one(detector: CrisisDetector) -> None:
    assert heard(detector, "het is op", crisis_suicide=0.6, hulp_taalhuis=0.4) == "perhaps_crisis"


@pytest.mark.parametrize("text", ["ik ga dood van het lachen", "mijn telefoon is dood", "", "dwangbevel gehad"])
def test_figure_of_speech_is_left_alone(detector: CrisisDetector, text: str) -> None:
    assert heard(detector, text) == "hulp_taalhuis"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ik wil d o o d", "crisis_suicide"),
        ("ik w.i.l n.i.e.t m.e.e.r l.e.v.e.n", "crisis_suicide"),
        ("ik w i l n i e t m e e r l e v e n", "crisis_suicide"),
        ("ik wiiiiil niet meer leveeeen", "crisis_suicide"),
        ("IK WIL DOOOOOD 😭😭", "crisis_suicide"),
        ("ik wil😭niet meer😭leven", "crisis_suicide"),
        ("ik wil do\u200bod", "crisis_suicide"),
        ("ik wil niet meer lévèn", "crisis_suicide"),
        ("HELP ER IS BRAND IN DE KEUKEN", "crisis_danger"),
    ],
)
def test_spelling_does_not_hide_a_crisis(detector: CrisisDetector, text: str, kind: str) -> None:
    assert heard(detector, text) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I want to die", "crisis_suicide"),
        ("i don’t want to live anymore", "crisis_suicide"),
        ("my husband beats me", "crisis_violence"),
        ("he is threatening to kill my sister", "crisis_violence"),
        ("my mother won't wake up", "crisis_danger"),
        ("I smell gas in my kitchen", "crisis_danger"),
        ("أريد أن أموت", "crisis_suicide"),
        ("لا أريد أن أعيش", "crisis_suicide"),
        ("زوجي يضربني كل يوم", "crisis_violence"),
        ("هناك رائحة غاز في البيت", "crisis_danger"),
        ("chcę umrzeć", "crisis_suicide"),
        ("nie chcę już żyć", "crisis_suicide"),
        ("mąż mnie bije", "crisis_violence"),
        ("moja mama jest nieprzytomna", "crisis_danger"),
        ("ölmek istiyorum", "crisis_suicide"),
        ("artık yaşamak istemiyorum", "crisis_suicide"),
        ("kocam beni dövüyor", "crisis_violence"),
        ("annem nefes almıyor", "crisis_danger"),
        ("я не хочу більше жити", "crisis_suicide"),
        ("хочу померти", "crisis_suicide"),
        ("чоловік мене б'є", "crisis_violence"),
        ("у квартирі запах газу", "crisis_danger"),
    ],
)
def test_clearest_sentences_are_heard_in_other_languages(detector: CrisisDetector, text: str, kind: str) -> None:
    assert heard(detector, text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "nee hoor, aan zelfmoord denk ik niet",
        "ik ga er een eind aan maken, aan dit abonnement",
        "de incasso slaat me om de oren met rente",
        "dat wist ik niet want die brief kwam nooit aan",
        "I am not suicidal, just tired",
        "my bike was stolen years ago",
        "لا أفكر في الانتحار",
        "nie chcę umrzeć, chcę tylko spokoju",
        "intihar etmeyi düşünmüyorum",
        "я не думаю про самогубство",
    ],
)
def test_denial_and_hyperbole_are_left_alone(detector: CrisisDetector, text: str) -> None:
    assert heard(detector, text) == "hulp_taalhuis"
