"""What a story cannot say: that nothing is promised when the service is down, and that consent is kept in the words that were shown."""

from actions.settings import catalogue
from tests.conversations.conftest import Talk

DEBTS = "ik kan mijn huur al 2 maanden niet betalen en ik durf de post niet meer open te maken"


def to_the_summary(talk: Talk) -> str:
    talk.say(DEBTS)
    talk.press("Ja, dat klopt")
    talk.press("Nee, dit speelt niet")
    talk.say("ja hoor")
    talk.say("Gemert")
    talk.say("⟨naam-1⟩")
    talk.say("⟨telefoon-1⟩")
    return talk.press("Maakt niet uit")


def test_nothing_is_promised_when_the_service_is_down(talk: Talk) -> None:
    to_the_summary(talk)
    talk.service.down = True
    said = talk.press("Dit klopt")
    assert "nog niet doorgegeven" in said
    assert "V-" not in said
    assert "V-" not in talk.press("Nog eens proberen")
    talk.service.down = False
    assert "V-2222-3333" in talk.press("Nog eens proberen")
    assert len(talk.service.intakes) == 1


def test_person_is_not_promised_when_the_service_is_down(talk: Talk) -> None:
    talk.service.down = True
    first = talk.say("ik wil een medewerker spreken")
    assert "0492" in first and "V-" not in first
    assert talk.say("ik wil een medewerker spreken") != first


def test_consent_is_kept_in_the_words_that_were_shown(talk: Talk) -> None:
    to_the_summary(talk)
    talk.press("Dit klopt")
    (intake,) = talk.service.intakes
    assert intake["consent"]["text"] == f"{catalogue().text('ask_consent')} - Ja, dat is goed"
