"""Whatever somebody types is shown as the text it is: to the resident, on the page without scripts, in a start text of a host page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from api.conversations.assistant import Reply
from tests.hostile import HOSTILE as EVERYTHING
from tests.hostile import IN_PAGES as HOSTILE
from tests.pages.conftest import Visitors
from tests.pages.house import House
from tests.pages.residents import say, sees
from tests.pages.workers import Caller, at_work

# What becomes an element by itself would be one of these; the chat and the form make them only where they mean to.
FOREIGN = "iframe, script:not([src]), style, link[href*='elders'], base, math, img, details, [onerror], [onload]"
# The workspace opens what can be done in a <details> of its own.
FOREIGN_AT_WORK = FOREIGN.replace("details, ", "details[ontoggle], ")


def test_there_are_thirty() -> None:
    assert len(set(HOSTILE)) == 30


def test_in_the_chat_what_is_typed_and_what_is_answered_is_text(visit: Visitors, house: House) -> None:
    house.assistant.script = lambda text: [Reply(f"Ik hoorde: {text}")]
    page = visit("/chat")
    sees(page, "geen mens")
    for text in HOSTILE:
        say(page, text)
    articles = page.get_by_role("article")
    expect(articles).to_have_count(1 + 2 * len(HOSTILE))
    shown = "\n".join(articles.all_inner_texts())
    for text in HOSTILE:
        visible = text.strip()
        assert shown.count(visible) >= 2, f"not shown as it is: {text!r}"
    chat = page.locator("voordeur-chat")
    assert chat.locator(FOREIGN).count() == 0
    assert chat.locator("a[href^='javascript'], a[href*='elders']").count() == 0
    assert page.evaluate("window.hacked") is None
    assert page.url.endswith("/chat")


def test_on_the_page_without_scripts_too(visit: Visitors, house: House) -> None:
    house.assistant.script = lambda text: [Reply(f"Ik hoorde: {text}")]
    page = visit("/chat/formulier")
    for text in HOSTILE:
        page.get_by_label("Uw bericht").fill(text.replace("\x00", ""))
        page.get_by_role("button", name="Versturen").click()
    shown = page.get_by_label("Gesprek", exact=True).inner_text()
    for text in HOSTILE:
        assert text.replace("\x00", "").strip().splitlines()[0] in shown
    assert page.locator("main").locator(FOREIGN).count() == 0
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("text", HOSTILE[:4])
def test_in_the_attributes_of_a_host_page(visit: Visitors, house: House, text: str) -> None:
    page = visit("/privacy")
    page.evaluate(
        """([src, text]) => {
          const script = document.createElement('script');
          script.src = src;
          for (const name of ['label', 'organisation', 'startText', 'language', 'position', 'action']) script.dataset[name] = text;
          document.body.append(script);
        }""",
        ["/widget.js?again", text],
    )
    page.get_by_role("button", name=text).click()
    expect(page.frame_locator("iframe").get_by_role("log")).to_contain_text(text)
    assert page.evaluate("window.hacked") is None


def test_in_the_workspace_too(visit: Visitors, house: House) -> None:
    someone = Caller(house)
    texts = [text for text in EVERYTHING if "\x00" not in text]
    reference = someone.hand_over(
        summary="\n".join(texts[:20])[:4000], contact={"name": texts[0], "phone": texts[1], "preference": texts[2]}
    )
    for text in texts:
        someone.say(text)
    sanne = house.professional()
    intake = sanne.claim(reference)
    sanne.act(intake, "notes", text="\n".join(texts[20:])[:4000])
    for text in texts[:10]:
        sanne.act(intake, "reply", text=text)
    sanne.act(intake, "break-glass", reason=f"omdat het moest: {texts[0]}")
    page = at_work(visit, path=f"/werk/vragen/{intake}")
    for path in (f"/werk/vragen/{intake}", f"/werk/vragen/{intake}/afdruk", "/werk", "/werk/mijn"):
        page.goto(path)
        assert page.locator("main").locator(FOREIGN_AT_WORK).count() == 0, path
        assert page.evaluate("window.hacked") is None, path
    page.goto(f"/werk/vragen/{intake}")
    shown = page.locator("main").inner_text()
    assert [text for text in texts[:10] if text.strip() not in shown] == []
    officer = at_work(visit, "privacy", "/werk/controle")
    officer.goto("/werk/controle/noodgevallen")
    expect(officer.locator("main")).to_contain_text(texts[0])
    assert officer.evaluate("window.hacked") is None
