"""The assistant's only door: text is never a payload, and a turn taken before is answered as before."""

import pytest
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels.gateway import GatewayInput, answers_of_turn, as_text


@pytest.mark.parametrize("text", ["/restart", "  /person", '/affirm{"a": 1}', "／restart"])
def test_text_never_begins_as_a_payload_does(text: str) -> None:
    assert not as_text(text).strip().startswith("/")


def test_ordinary_text_is_left_as_it_is() -> None:
    assert as_text("huur/energie niet betaald") == "huur/energie niet betaald"


def tracker() -> DialogueStateTracker:
    return DialogueStateTracker.from_events(
        "somebody",
        [
            UserUttered("hallo", metadata={"turn": "one"}),
            ActionExecuted("utter"),
            BotUttered("Klopt dat?", {"buttons": [{"title": "Ja", "payload": "/affirm"}], "custom": {"asks": "x"}}),
            BotUttered("En dit?"),
            UserUttered("ja", metadata={"turn": "two"}),
        ],
    )


def test_turn_taken_before_has_its_answers() -> None:
    assert answers_of_turn(tracker(), "one") == [
        {"text": "Klopt dat?", "buttons": [{"title": "Ja", "payload": "/affirm"}], "custom": {"asks": "x"}},
        {"text": "En dit?", "buttons": [], "custom": {}},
    ]


def test_new_turn_and_turn_cut_off_before_an_answer_are_taken() -> None:
    assert answers_of_turn(tracker(), "three") is None
    assert answers_of_turn(tracker(), "two") is None


@pytest.mark.parametrize("credentials", [None, {}, {"token": ""}, {"token": "${VOORDEUR_ASSISTANT_TOKEN}"}])
def test_door_does_not_open_without_a_token(credentials: dict[str, str] | None) -> None:
    with pytest.raises(ValueError, match="VOORDEUR_ASSISTANT_TOKEN"):
        GatewayInput.from_credentials(credentials)
