"""What people expect of a chat: in their language, as large as they need, read aloud, and in charge of what they told."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from api.conversations.assistant import Button, Reply
from api.conversations.presence import Doing, Sign
from tests.browser import comes_true, violations
from tests.pages.conftest import Visitors
from tests.pages.house import House
from tests.pages.residents import ask_for_a_person, press, reference_in, say, sees, to_a_reference

# A voice that remembers instead of speaking: the machine of the test has none.
VOICE = """
  window.spoken = [];
  speechSynthesis.getVoices = () => [{lang: 'nl-NL', localService: true, name: 'Nederlands'}];
  speechSynthesis.speak = (said) => window.spoken.push([said.lang, said.text]);
  speechSynthesis.cancel = () => window.spoken.push(['', 'silence']);
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def menu(page: Page) -> None:
    page.get_by_role("button", name="Menu", exact=True).click()


def test_used_choices_cannot_be_used_again(visit: Visitors, house: House) -> None:
    page = visit("/chat")
    sees(page, "geen mens")
    say(page, "ik heb schulden")
    press(page, "Nee, iets anders")
    taken = page.get_by_role("button", name="Nee, iets anders (gekozen)")
    expect(taken).to_be_disabled()
    expect(page.get_by_role("button", name="Ja, dat klopt")).to_be_disabled()
    sees(page, "in andere woorden")


def test_who_waits_reads_when_people_are_there(visit: Visitors) -> None:
    page = visit("/chat")
    ask_for_a_person(page)
    expect(page.get_by_text("U wacht op een medewerker.")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Wij zijn open tot|Wij zijn er weer op"))).to_be_visible()


def test_who_answers_has_a_name_a_team_and_a_sign_of_typing(visit: Visitors, house: House) -> None:
    page = visit("/chat")
    reference = ask_for_a_person(page)
    sanne = house.professional()
    intake = sanne.claim(reference)
    expect(page.get_by_text("U praat met Sanne de Wit van Team Gemert-Bakel, medewerker")).to_be_visible()
    conversation = sanne.client.get(f"/intakes/{intake}").json()["conversationId"]
    house.call(lambda: house.runtime.live.tell(str(Sign(conversation, "sanne", Doing.TYPING))))
    expect(page.get_by_text("Sanne de Wit typt…")).to_be_visible()
    sanne.act(intake, "reply", text="Dag!")
    sees(page, "Dag!")
    expect(page.get_by_text("Sanne de Wit typt…")).to_have_count(0)


def test_professional_is_told_that_the_resident_types_and_the_computer_is_not(visit: Visitors, house: House) -> None:
    page = visit("/chat")
    signs: list[str] = []
    page.on("request", lambda request: signs.append(request.url) if request.url.endswith("/typing") else None)
    sees(page, "geen mens")
    page.get_by_label("Uw bericht").press_sequentially("ik")
    assert signs == []
    house.professional().claim(ask_for_a_person(page))
    expect(page.get_by_text("U praat met Sanne")).to_be_visible()
    with page.expect_request("**/typing"):
        page.get_by_label("Uw bericht").press_sequentially("ik")


def test_number_like_a_bsn_is_warned_about_and_can_be_taken_out(visit: Visitors) -> None:
    page = visit("/chat")
    sees(page, "geen mens")
    page.get_by_label("Uw bericht").fill("mijn nummer is 111222333 hoor")
    expect(page.get_by_text("Dit lijkt op een BSN.")).to_be_visible()
    page.get_by_role("button", name="Haal het nummer weg").click()
    expect(page.get_by_label("Uw bericht")).to_have_value("mijn nummer is  hoor")
    expect(page.get_by_label("Uw bericht")).to_be_focused()
    expect(page.get_by_text("Dit lijkt op een BSN.")).to_have_count(0)


def test_own_question_is_looked_up_and_taken_back(visit: Visitors) -> None:
    page = visit("/chat")
    reference = to_a_reference(page)
    menu(page)
    page.get_by_role("button", name="Mijn vraag").click()
    expect(page.get_by_role("group", name="Mijn vraag")).to_contain_text(f"Uw nummer is {reference}.")
    expect(page.get_by_role("group", name="Mijn vraag")).to_contain_text("Uiterlijk")
    expect(page.get_by_role("heading", name="Mijn vraag")).to_be_focused()
    page.get_by_role("button", name="Nee, terug").click()
    menu(page)
    page.get_by_role("button", name="Vraag intrekken").click()
    page.get_by_role("button", name="Ja, intrekken").click()
    sees(page, "Uw vraag is ingetrokken")
    menu(page)
    page.get_by_role("button", name="Mijn vraag").click()
    expect(page.get_by_role("group", name="Mijn vraag")).to_contain_text("ingetrokken")


def test_conversation_is_kept_as_a_file_and_erased(visit: Visitors) -> None:
    page = visit("/chat")
    sees(page, "geen mens")
    say(page, "dit is mijn verhaal")
    sees(page, "Klopt dat")
    menu(page)
    with page.expect_download() as kept:
        page.get_by_role("button", name="Gesprek bewaren").click()
    assert kept.value.suggested_filename == "gesprek.txt"
    assert "dit is mijn verhaal" in Path(kept.value.path()).read_text(encoding="utf-8")
    page.get_by_role("button", name="Wissen").click()
    page.get_by_role("button", name="Ja, wissen").click()
    expect(page.get_by_text("Uw gesprek is gewist.")).to_be_visible()
    expect(page.get_by_text("dit is mijn verhaal")).to_have_count(0)
    assert page.evaluate("sessionStorage.length") == 0


def test_what_residents_think_is_heard_once(visit: Visitors) -> None:
    page = visit("/chat")
    sees(page, "geen mens")
    menu(page)
    with page.expect_request("**/feedback") as sent:
        page.get_by_role("button", name="Niet goed").click()
        expect(page.get_by_label("Wilt u er iets bij zeggen?")).to_be_focused()
        page.get_by_label("Wilt u er iets bij zeggen?").fill("te veel vragen")
        page.get_by_role("button", name="Geef door").click()
    assert sent.value.post_data_json == {"score": 1, "text": "te veel vragen"}
    expect(page.get_by_text("Dank u wel. Wij leren van wat u vindt.")).to_be_visible()
    menu(page)
    expect(page.get_by_text("Hoe goed helpt dit gesprek u?")).to_have_count(0)


def test_text_grows_with_everything_around_it(visit: Visitors) -> None:
    page = visit("/chat", width=390)
    sees(page, "geen mens")
    size = (
        "getComputedStyle(document.querySelector('voordeur-chat').shadowRoot.querySelector('.message__text')).fontSize"
    )
    before = page.evaluate(size)
    menu(page)
    page.get_by_role("button", name="Tekst: Grootst").click()
    assert float(page.evaluate(size)[:-2]) == 1.5 * float(before[:-2])
    expect(page.get_by_role("button", name="Tekst: Grootst")).to_have_attribute("aria-pressed", "true")


def test_messages_are_read_aloud_in_dutch(visit: Visitors, house: House) -> None:
    page = visit("/privacy")
    page.context.add_init_script(VOICE)
    page.goto("/chat")
    sees(page, "geen mens")
    menu(page)
    page.get_by_role("button", name="Voorlezen").click()
    say(page, "ik heb schulden")
    sees(page, "Klopt dat")
    comes_true(page, "window.spoken.some(([lang, text]) => lang === 'nl-NL' && text.includes('Klopt dat?'))")
    assert not any("ik heb schulden" in text for _, text in page.evaluate("window.spoken"))
    page.get_by_role("button", name="Lees voor").first.click()
    comes_true(page, "window.spoken.at(-1)[1].includes('geen mens')")
    page.get_by_role("button", name="Sluit snel af").click()
    expect(page).to_have_url(re.compile("buienradar"))


def test_english_is_whole(visit: Visitors) -> None:
    page = visit("/chat?taal=en")
    expect(page.get_by_role("log")).to_contain_text("I am a computer, not a person")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_label("Your message").fill("I have debts")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log")).to_contain_text("Klopt dat")  # the stand-in knows only Dutch


def test_arabic_runs_from_right_to_left_and_each_message_says_its_language(visit: Visitors, house: House) -> None:
    page = visit("/chat", width=320)
    sees(page, "geen mens")
    menu(page)
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    assert violations(page) == []
    house.assistant.script = lambda text: [
        Reply("لقد طلبت موظفًا."),
        Reply("In welk dorp woont u?", (Button("Gemert", "/x"),)),
    ]
    page.get_by_label("رسالتك").fill("مرحبا")
    page.get_by_role("button", name="إرسال").click()
    expect(page.get_by_role("log")).to_contain_text("In welk dorp woont u?")
    languages = page.get_by_role("article").evaluate_all("all => all.map((one) => one.lang)")
    assert languages == ["nl", "", "ar", "nl"]
    page.reload()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.get_by_role("article").evaluate_all("all => all.map((one) => one.lang)")[:1] in ([], ["nl"])


def test_person_is_one_press_away_in_every_state(visit: Visitors) -> None:
    page = visit("/chat")
    person = page.get_by_role("button", name="Ik wil een mens")
    expect(person).to_be_visible()
    say(page, "ik heb schulden")
    sees(page, "Klopt dat")
    expect(person).to_be_visible()
    person.click()
    assert reference_in(page)
