"""Whatever somebody types is shown as the text it is: to the resident, on the page without scripts, in a start text of a host page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from api.conversations.assistant import Reply
from tests.pages.conftest import Visitors
from tests.pages.hostile import HOSTILE
from tests.pages.house import House
from tests.pages.residents import say, sees

# What becomes an element by itself would be one of these; the chat and the form make them only where they mean to.
FOREIGN = "iframe, script:not([src]), style, link[href*='elders'], base, math, img, details, [onerror], [onload]"


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
