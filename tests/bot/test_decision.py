"""What follows from an intent ranking."""

import pytest

from bot.decision import PERHAPS_DANGER, danger_in, decide, slug_of


def ranking(**shares: float) -> list[dict[str, object]]:
    return [{"name": name, "confidence": share} for name, share in shares.items()]


def test_one_clear_service_is_confirmed() -> None:
    decision = decide(ranking(hulp_mantelzorg=0.8, hulp_taalhuis=0.05))
    assert (decision.next, decision.services) == ("confirm", ("mantelzorg",))


def test_second_problem_that_was_heard_goes_along() -> None:
    shares = ranking(hulp_schuldhulpverlening=0.6, hulp_taalhuis=0.1, hulp_maatschappelijk_werk=0.3)
    heard = ["hulp_taalhuis", "hulp_schuldhulpverlening", "hulp_maatschappelijk_werk"]
    assert decide(shares, heard).also == ("maatschappelijk-werk", "taalhuis")
    assert decide(shares, heard[:1]).also == ("taalhuis",)
    assert decide(shares).also == ()


def test_doubt_between_services_is_a_choice_best_first() -> None:
    decision = decide(ranking(hulp_taalhuis=0.2, hulp_mantelzorg=0.3, person=0.1, hulp_ontmoeting=0.1, hulp_wvggz=0.05))
    assert (decision.next, decision.services) == ("choose", ("mantelzorg", "taalhuis", "ontmoeting"))


def test_hardly_a_service_is_an_open_question() -> None:
    assert decide(ranking(smalltalk_greet=0.7, hulp_wvggz=0.1)).next == "ask"
    assert decide([]).next == "ask"


@pytest.mark.parametrize(
    ("intent", "slug"), [("hulp_een_pas_vooruit", "een-pas-vooruit"), ("person", None), ("", None)]
)
def test_slug_of_an_intent(intent: str, slug: str | None) -> None:
    assert slug_of(intent) == slug


def test_danger_is_all_kinds_of_crisis_together() -> None:
    shares = ranking(crisis_suicide=0.04, crisis_violence=0.05, hulp_mantelzorg=0.9)
    assert danger_in(shares) == {"suicide": 0.04, "violence": 0.05}
    assert sum(danger_in(shares).values()) > PERHAPS_DANGER
