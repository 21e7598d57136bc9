"""From first words to a person's answer, by the pages alone."""

from __future__ import annotations

from tests.pages.conftest import Visitors
from tests.pages.house import House
from tests.pages.residents import ask_for_a_person, say, sees, to_a_reference


def test_story_becomes_a_reference(visit: Visitors) -> None:
    assert to_a_reference(visit("/chat", width=390)).startswith("V-")


def test_person_who_was_asked_for_answers_in_the_chat(visit: Visitors, house: House) -> None:
    page = visit("/chat")
    reference = ask_for_a_person(page)
    sanne = house.professional()
    intake = sanne.claim(reference)
    sees(page, "Sanne de Wit van Team Gemert-Bakel leest nu met u mee")
    sanne.act(intake, "reply", text="Dag, ik lees met u mee.")
    sees(page, "Dag, ik lees met u mee.")
    say(page, "dank u wel")
    sees(page, "dank u wel")
