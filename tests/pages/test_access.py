"""WCAG 2.2 AA of the chat: axe in every state, the keyboard alone, 400 % zoom, wider spacing, forced colours, less motion."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import comes_true, scrolls_sideways, violations
from tests.pages.conftest import Visitors
from tests.pages.house import House
from tests.pages.residents import REFERENCE, say, sees
from tests.pages.states import STATES, choices

# WCAG 1.4.12. Through the CSSOM, in the shadow root too: the policy of the page allows no style elements.
SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-block-end: 2em !important; }`);
  for (const root of [document, document.querySelector('voordeur-chat').shadowRoot]) {
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  }
}"""
SMALL_TARGETS = """() => [...document.querySelector('voordeur-chat').shadowRoot.querySelectorAll('button, textarea')]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.innerText || one.id, one.getBoundingClientRect()])
  .filter(([, box]) => box.width < 44 || box.height < 44)
  .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""
CUT_OFF = """() => [...document.querySelector('voordeur-chat').shadowRoot.querySelectorAll('button, p, h1, h2')]
  .filter((one) => one.checkVisibility() && !one.closest('.hidden') && !one.classList.contains('hidden'))
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
  .map((one) => one.innerText)"""
IN_FOCUS = """() => {
  const inner = document.activeElement?.shadowRoot?.activeElement;
  return inner ? inner.getAttribute('aria-label') || inner.labels?.[0]?.innerText || inner.innerText.trim() || inner.id : '';
}"""
# Half of what is in focus may be under something that sticks (2.4.11 asks for a part; this asks for its middle).
COVERED = """() => {
  const root = document.querySelector('voordeur-chat').shadowRoot;
  const box = root.activeElement.getBoundingClientRect();
  const there = root.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return !(there && (root.activeElement.contains(there) || there.contains(root.activeElement)));
}"""


@pytest.mark.parametrize("state", STATES)
def test_every_state_in_every_look(visit: Visitors, house: House, state: str) -> None:
    page = visit("/chat", width=320, height=640)
    STATES[state](page, house)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 640})
        assert not scrolls_sideways(page)
        assert page.evaluate(SMALL_TARGETS) == []
        for scheme, forced in (("light", "none"), ("dark", "none"), ("light", "active")):
            page.emulate_media(color_scheme=scheme, forced_colors=forced, reduced_motion="reduce")  # type: ignore[arg-type]
            assert violations(page) == [], f"{width} {scheme} {forced}"


def press_until(page: Page, key: str, name: str | re.Pattern[str], longest: int = 40) -> None:
    """Presses a key until what has the focus has this name; the focus is never hidden on the way."""
    for _ in range(longest):
        page.keyboard.press(key)
        if page.evaluate(IN_FOCUS):
            assert not page.evaluate(COVERED), f"hidden: {page.evaluate(IN_FOCUS)}"
        if re.search(name, page.evaluate(IN_FOCUS)):
            return
    raise AssertionError(f"{name} was not reached by {key}")


def test_whole_way_by_keyboard_alone(visit: Visitors) -> None:
    page = visit("/", width=390, height=700)
    keys = page.keyboard
    for _ in range(80):
        keys.press("Tab")
        if page.evaluate("document.activeElement?.shadowRoot?.activeElement?.className") == "launcher":
            break
    keys.press("Enter")
    page = _inside(page)
    sees(page, "geen mens")
    press_until(page, "Tab", "Uw bericht")
    keys = page.keyboard
    keys.type("ik heb schulden")
    keys.press("Enter")
    sees(page, "Klopt dat?")
    press_until(page, "Shift+Tab", "Ja, dat klopt")
    keys.press("Space")
    sees(page, "Mag ik uw vraag doorgeven")
    press_until(page, "Tab", "Ja, dat is goed")
    keys.press("Enter")
    for question, answer in (("woont u", "Gemert"), ("noemen", "Fatima"), ("bereiken", "06 12345678")):
        sees(page, question)
        press_until(page, "Tab", "Uw bericht")
        keys.type(answer)
        keys.press("Enter")
    sees(page, "Dit geef ik door")
    press_until(page, "Shift+Tab", "Dit klopt")
    keys.press("Enter")
    sees(page, REFERENCE)
    press_until(page, "Shift+Tab", "Menu")
    keys.press("Enter")
    press_until(page, "Tab", "Wissen")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Wilt u dit gesprek wissen?")).to_be_focused()
    keys.press("Escape")
    expect(page.get_by_role("button", name="Menu", exact=True)).to_be_focused()


def _inside(page: Page) -> Page:
    """The same chat on a page of its own: what is in focus in a frame cannot be asked from outside."""
    expect(page.frame_locator("iframe").get_by_role("heading", name="Vertel wat er is")).to_be_focused()
    page.goto("/chat")
    return page


def test_widget_gives_the_focus_back_when_it_closes(visit: Visitors) -> None:
    page = visit("/")
    launcher = page.get_by_role("button", name="Vertel wat er is")
    launcher.click()
    expect(page.frame_locator("iframe").get_by_role("heading", name="Vertel wat er is")).to_be_focused()
    page.keyboard.press("Escape")
    expect(launcher).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "false")


def test_new_message_never_moves_the_focus(visit: Visitors, house: House) -> None:
    page = visit("/chat")
    choices(page, house)
    page.get_by_label("Uw bericht").focus()
    page.keyboard.type("ja")
    page.keyboard.press("Enter")
    sees(page, "Mag ik uw vraag doorgeven")
    expect(page.get_by_label("Uw bericht")).to_be_focused()


def test_messages_are_announced_and_what_was_said_before_a_reload_is_not(visit: Visitors) -> None:
    page = visit("/chat", without="**/api/v1/conversations")
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")  # there before the first message comes
    expect(page.get_by_role("status").filter(has_text="Geen verbinding")).to_be_visible()


def test_each_message_says_who_said_it(visit: Visitors, house: House) -> None:
    page = visit("/chat")
    choices(page, house)
    for name in ("Voordeur (computer)", "U"):
        expect(page.get_by_role("article", name=name, exact=True).first).to_be_visible()


def test_four_hundred_percent_on_a_low_screen_keeps_the_place_to_write(visit: Visitors, house: House) -> None:
    page = visit("/chat", width=320, height=256)  # 1280 x 1024 at 400 %
    choices(page, house)
    assert not scrolls_sideways(page)
    box = page.get_by_label("Uw bericht").bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 256 - 24


@pytest.mark.parametrize("state", ["start", "choices", "crisis", "summary", "menu"])
def test_wider_spacing_cuts_nothing_off(visit: Visitors, house: House, state: str) -> None:
    page = visit("/chat", width=320, height=800)
    STATES[state](page, house)
    page.evaluate(SPACING)
    assert not scrolls_sideways(page)
    assert page.evaluate(CUT_OFF) == []


def test_nothing_moves_for_who_wants_less_motion(visit: Visitors, house: House) -> None:
    page = visit("/chat")
    choices(page, house)
    moving = "document.querySelector('voordeur-chat').shadowRoot.getAnimations().length"
    assert page.evaluate(moving) == 0
    page.emulate_media(reduced_motion="no-preference")
    say(page, "ja")
    comes_true(page, f"{moving} > 0")


def test_axe_would_see_a_fault(visit: Visitors) -> None:
    page = visit("/chat")
    sees(page, "geen mens")
    page.evaluate(
        "document.querySelector('voordeur-chat').shadowRoot.querySelector('.log').append(document.createElement('button'))"
    )
    assert any("button-name" in found for found in violations(page))
