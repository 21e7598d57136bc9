"""The chat as forms: one conversation in one browser, under the same limits and rights as the chat with scripts."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest
import time_machine
from sqlalchemy import func, select

from api import clock
from api.conversations.assistant import Button, Reply
from api.conversations.models import Conversation
from api.dependencies import Runtime
from api.settings import Settings
from tests.api.conftest import FakeAssistant
from tests.api.people_at_work import Resident, hand_over
from tests.api.workspace.conftest import text_of

PATH = "/chat/formulier"
HOSTILE = "<img src=x onerror=alert(1)>"


@dataclass
class Browser:
    """Somebody who reads pages and sends forms."""

    client: httpx.AsyncClient
    page: httpx.Response

    @classmethod
    async def arrive(cls, client: httpx.AsyncClient) -> Browser:
        return cls(client, await client.get(PATH))

    def field(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page.text)
        assert found is not None, f"no field {name}"
        return found.group(1)

    async def send(self, path: str = "", follow: bool = True, **fields: str) -> httpx.Response:
        data = {"nummer": str(uuid.uuid4()), **fields}
        if 'name="sleutel"' in self.page.text:
            data.setdefault("sleutel", self.field("sleutel"))
        response = await self.client.post(f"{PATH}{path}", data=data, headers={"Origin": "http://voordeur.test"})
        if follow and response.status_code == 303:
            self.page = await self.client.get(response.headers["Location"])
        elif follow:
            self.page = response
        return response


@pytest.fixture
async def browser(client: httpx.AsyncClient) -> Browser:
    return await Browser.arrive(client)


async def test_first_message_opens_a_conversation_and_comes_back_with_the_answer(browser: Browser) -> None:
    assert "Ik ben een computer" in text_of(browser.page)
    await browser.send(tekst="ik heb schulden")
    assert "Ik hoorde: ik heb schulden" in text_of(browser.page)


async def test_key_is_out_of_reach_of_scripts_and_other_sites(browser: Browser) -> None:
    cookie = (await browser.send(tekst="hallo")).headers["set-cookie"]
    for word in ("HttpOnly", "SameSite=strict", f"Path={PATH}"):
        assert word in cookie
    assert "Max-Age" not in cookie  # it goes when the browser closes
    assert "no-store" in browser.page.headers["cache-control"]


async def test_key_goes_over_tls_only_in_production(browser: Browser, runtime: Runtime) -> None:
    runtime.settings = runtime.settings.model_copy(update={"env": "production"})
    assert "Secure" in (await browser.send(tekst="hallo")).headers["set-cookie"]


async def test_choices_are_buttons_until_they_are_used(browser: Browser, assistant: FakeAssistant) -> None:
    assistant.answer = lambda text: [Reply("Klopt dat?", (Button("Ja", "/yes"), Button("Nee", "/no")))]
    await browser.send(tekst="schulden")
    offered = browser.field("keuze")
    assistant.answer = lambda text: [Reply("Mooi.")]
    await browser.send(keuze=offered)
    assert assistant.heard[-1] == ("Ja", "/yes")
    assert 'name="keuze"' not in browser.page.text
    refused = await browser.send(keuze=offered)
    assert refused.status_code == 400
    assert "Deze keuze kan niet meer" in text_of(refused)


async def test_form_that_is_sent_twice_is_one_message(browser: Browser) -> None:
    await browser.send(tekst="hallo")
    number = browser.field("nummer")
    await browser.send(tekst="nog iets", nummer=number)
    await browser.send(tekst="nog iets", nummer=number)
    assert text_of(browser.page).count("Ik hoorde: nog iets") == 1


@pytest.mark.parametrize("conversation", [False, True])
@pytest.mark.parametrize(("text", "words"), [("   ", "Typ eerst uw bericht"), ("x" * 4001, "te lang")])
async def test_message_that_cannot_be_sent_says_why_and_is_not_lost(
    browser: Browser, conversation: bool, text: str, words: str
) -> None:
    if conversation:
        await browser.send(tekst="hallo")
    refused = await browser.send(tekst=text)
    assert refused.status_code == 400
    assert words in text_of(refused)
    assert text.strip() in refused.text
    assert conversation or "set-cookie" not in refused.headers


async def test_hostile_text_is_text(browser: Browser) -> None:
    await browser.send(tekst=HOSTILE)
    assert HOSTILE not in browser.page.text
    assert "&lt;img src=x" in browser.page.text


async def test_numbers_to_call_are_links(browser: Browser, assistant: FakeAssistant, runtime: Runtime) -> None:
    assistant.answer = lambda text: [Reply(runtime.catalogue.crisis_text("suicide"), kind="crisis")]
    await browser.send(tekst="ik wil niet meer")
    assert 'href="tel:113"' in browser.page.text
    assert "Hulp nu" in browser.page.text


async def test_form_of_another_site_is_refused(browser: Browser) -> None:
    await browser.send(tekst="hallo")
    data = {"nummer": str(uuid.uuid4()), "tekst": "van elders"}
    elsewhere = await browser.client.post(PATH, data=data, headers={"Origin": "https://elders.example"})
    assert elsewhere.status_code == 403
    without_key = await browser.client.post(PATH, data=data)
    assert without_key.status_code == 403
    assert "verlopen" in text_of(without_key)
    browser.page = await browser.client.get(PATH)
    assert "van elders" not in browser.page.text


async def test_form_of_another_site_opens_no_conversation_either(client: httpx.AsyncClient) -> None:
    refused = await client.post(PATH, data={"tekst": "van elders"}, headers={"Origin": "https://elders.example"})
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


async def test_other_browser_sees_nothing_of_it(browser: Browser, new_client: Callable[[], httpx.AsyncClient]) -> None:
    await browser.send(tekst="mijn geheim")
    other = new_client()
    assert "mijn geheim" not in (await other.get(PATH)).text
    for path in ("/gesprek.txt", "/wissen"):
        assert (await other.get(f"{PATH}{path}")).status_code == 404


async def test_gone_after_quick_exit(browser: Browser) -> None:
    await browser.send(tekst="mijn geheim")
    left = await browser.client.get("/chat/weg")
    assert left.headers["Location"].startswith("https://www.buienradar.nl")
    assert "storage" in left.headers["Clear-Site-Data"]
    assert "mijn geheim" not in (await browser.client.get(PATH)).text


async def test_gone_on_this_device_when_done(browser: Browser) -> None:
    await browser.send(tekst="mijn geheim")
    await browser.send("/klaar")
    assert "mijn geheim" not in browser.page.text


async def test_kept_erased_and_judged(browser: Browser, runtime: Runtime) -> None:
    await browser.send(tekst="mijn geheim")
    kept = await browser.client.get(f"{PATH}/gesprek.txt")
    assert "attachment" in kept.headers["content-disposition"]
    assert "mijn geheim" in kept.text
    await browser.send("/waardering", score="5")
    assert "Dank u wel" in text_of(browser.page)
    await browser.client.get(f"{PATH}/wissen")
    await browser.send("/wissen")
    assert "gewist" in text_of(browser.page)
    async with runtime.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Conversation)) == 0


async def test_erased_also_while_the_assistant_is_down(browser: Browser, assistant: FakeAssistant) -> None:
    await browser.send(tekst="mijn geheim")
    assistant.down = True
    await browser.send("/wissen")
    assert "gewist" in text_of(browser.page)
    assert "mijn geheim" not in (await browser.client.get(PATH)).text


async def test_own_question_is_shown_and_can_be_taken_back(browser: Browser) -> None:
    await browser.send(tekst="hallo")
    conversation, _, token = browser.client.cookies["voordeur_gesprek"].partition(".")
    made = (await hand_over(Resident(browser.client, uuid.UUID(conversation), token))).json()
    browser.page = await browser.client.get(PATH)
    assert made["reference"] in browser.page.text
    assert "Uiterlijk" in text_of(browser.page)
    await browser.send("/intrekken")
    assert "Uw vraag is ingetrokken" in text_of(browser.page)


class TestLimits:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"limit_messages_per_conversation": "2/minute"})

    async def test_same_limit_and_the_text_is_kept(self, browser: Browser) -> None:
        # Limits count by the minute of the clock: three messages at the end of one would count in two of them.
        with time_machine.travel(clock.now(), tick=False):
            for text in ("een", "twee"):
                await browser.send(tekst=text)
            refused = await browser.send(tekst="drie is te veel")
        assert refused.status_code == 429
        assert "Retry-After" in refused.headers
        assert "drie is te veel</textarea>" in refused.text
