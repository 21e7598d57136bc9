"""What a resident does in the chat, by what is on the page: labels, buttons, words."""

from __future__ import annotations

import re

from playwright.sync_api import FrameLocator, Page, expect

from tests.pages.conftest import PATIENCE_MILLISECONDS

REFERENCE = re.compile(r"V-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}")
Chat = Page | FrameLocator

expect.set_options(timeout=PATIENCE_MILLISECONDS)


def say(chat: Chat, text: str) -> None:
    """Types and sends."""
    chat.get_by_label("Uw bericht").fill(text)
    chat.get_by_role("button", name="Versturen").click()


def press(chat: Chat, label: str) -> None:
    """Presses the newest button with this label."""
    chat.get_by_role("button", name=label, exact=True, disabled=False).last.click()


def sees(chat: Chat, text: str | re.Pattern[str]) -> None:
    """Waits until it stands in the conversation."""
    expect(chat.get_by_role("log")).to_contain_text(text)


def to_a_summary(chat: Chat) -> None:
    """Answers every question, until the summary is there."""
    sees(chat, "geen mens")
    say(chat, "ik heb schulden en de deurwaarder komt langs")
    sees(chat, "schulden of rekeningen")
    press(chat, "Ja, dat klopt")
    sees(chat, "Mag ik uw vraag doorgeven")
    press(chat, "Ja, dat is goed")
    sees(chat, "woont u")
    say(chat, "Gemert")
    sees(chat, "noemen")
    say(chat, "Fatima")
    sees(chat, "bereiken")
    say(chat, "06 12345678")
    sees(chat, "Dit geef ik door")


def to_a_reference(chat: Chat) -> str:
    """Answers every question and agrees; gives the reference."""
    to_a_summary(chat)
    press(chat, "Dit klopt")
    return reference_in(chat)


def ask_for_a_person(chat: Chat) -> str:
    """Asks for a person straight away; gives the reference."""
    sees(chat, "geen mens")
    chat.get_by_role("button", name="Ik wil een mens").click()
    return reference_in(chat)


def reference_in(chat: Chat) -> str:
    """The reference on the page, once it is there."""
    sees(chat, REFERENCE)
    found = REFERENCE.search(chat.get_by_role("log").inner_text())
    assert found is not None
    return found.group()
