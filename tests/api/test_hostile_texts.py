"""Whatever somebody types leaves by every exit as the text it is: one list of texts (tests/hostile.py), one test for each exit.

In a real browser the same is done by tests/pages/test_hostile.py.
"""

from __future__ import annotations

import asyncio
import dataclasses
import html
import json
import re
import uuid
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from html.parser import HTMLParser
from urllib.parse import quote

import httpx
import pytest
from pydantic import SecretStr

from api.app import create_app
from api.case_systems.webhook import Webhook
from api.conversations.assistant import Button, Reply
from api.conversations.live import Listener
from api.dependencies import Runtime
from api.mail import Mail, Mailer, MailNotSent
from api.people.models import Role
from api.privacy import audit
from api.settings import Settings
from tests.api.channels.telegram.emulator import TOKEN, Emulator
from tests.api.conftest import FakeAssistant
from tests.api.databases import both_databases
from tests.api.mail_server import running_mail_server
from tests.api.people_at_work import Professional, Resident, hand_over
from tests.case_systems.serving import StandIn
from tests.case_systems.test_adapters import Memory
from tests.case_systems.test_adapters import settings as system_settings
from tests.case_systems.test_webhook_and_mail import CASE, SECRET
from tests.hostile import HOSTILE

SignsIn = Callable[..., Awaitable[Professional]]
TEXTS = [text for text in HOSTILE if "\x00" not in text]
GROUPS = [TEXTS[start : start + 9] for start in range(0, len(TEXTS), 9)]
OUTSIDE = re.compile(r"^\s*(javascript|data|vbscript):|elders\.example", re.IGNORECASE)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    many = "1000000/minute"
    return settings.model_copy(update={"limit_messages_per_conversation": many, "limit_messages_per_address": many})


class Page(HTMLParser):
    """What a browser would make of a page: what can be read, and what would run or go elsewhere."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.alive: list[str] = []
        self.words: list[str] = []
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        ours = (given.get("src") or "").startswith("/static/")
        if tag in {"iframe", "object", "embed", "base", "math", "style"} or (tag == "script" and not ours):
            self.alive.append(tag)
        for name, value in attrs:
            if name.startswith("on") or (name in {"href", "src", "action", "srcdoc"} and OUTSIDE.search(value or "")):
                self.alive.append(f"{tag} {name}={value}")
        self.words += [value or "" for name, value in attrs if name == "value"]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return flat(" ".join(self.words))


def flat(text: str) -> str:
    """As a reader sees it: white space as one space."""
    return " ".join(text.split())


def missing(shown: str) -> list[str]:
    """Texts that cannot be read there as they are."""
    return [text for text in TEXTS if flat(text) not in shown]


def looks_alive(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text[:300]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    return Page(response.text).alive


@pytest.fixture
async def told(client: httpx.AsyncClient, assistant: FakeAssistant) -> Resident:
    """A resident who said all of it, and an assistant that says it again with a button that says it too."""
    assistant.answer = lambda text: [Reply(f"Ik hoorde: {text}", (Button(text[:60], "/affirm"),))]
    resident = await Resident.arrive(client)
    for text in TEXTS:
        await resident.say(text)
    await resident.answered()
    return resident


@pytest.fixture
async def handed(told: Resident, professional: SignsIn) -> tuple[Professional, list[str]]:
    """A professional who helps with questions that hold all of it: in the story, the name, a note, an answer."""
    sanne = await professional()
    numbers = []
    for some in GROUPS:
        name, phone, preference = (some * 3)[:3]
        contact = {"name": name[:100].strip(), "phone": phone[:40].strip(), "preference": preference[:100].strip()}
        made = await hand_over(told, summary="\n".join(some), contact=contact)
        assert made.status_code == 201, made.text
        numbers.append(str(made.json()["id"]))
        await sanne.post(f"/intakes/{numbers[-1]}/claim")
        assert (await sanne.post(f"/intakes/{numbers[-1]}/notes", text="\n".join(some))).status_code == 200
    return sanne, numbers


def test_list_holds_every_kind() -> None:
    assert len(set(HOSTILE)) >= 45
    every = "\n".join(HOSTILE)
    for part in ("<script", "onerror", "<svg", "javascript:", "{{7*7}}", "=cmd", "\r\nBcc:", "\u202e", "\u200b", "😀"):
        assert part in every


@pytest.mark.parametrize("text", ["\ud83d", "half \udc00 sign"])
async def test_half_signs_are_refused_at_the_door(resident: Resident, text: str) -> None:
    body = json.dumps({"clientMessageId": str(uuid.uuid4()), "text": text})
    headers = {**resident.headers, "Content-Type": "application/json"}
    answer = await resident.client.post(f"{resident.path}/messages", headers=headers, content=body)
    assert answer.status_code == 400
    assert answer.json()["status"] == 400


@both_databases
async def test_null_bytes_are_never_our_fault(client: httpx.AsyncClient, professional: SignsIn) -> None:
    admin = await professional(team=None, role=Role.ADMINISTRATOR)
    officer = await professional(team=None, role=Role.PRIVACY_OFFICER)
    sanne = await professional()
    account = {"email": "a\x00b", "password": "x\x00"}
    answers = [
        await client.post("/api/v1/sessions", json=account),
        await client.post("/werk/inloggen", data=account),
        await client.post("/api/v1/conversations", json={"language": "n\x00"}),
        await client.get("/api/v1/conversations/a%00b/messages"),
        await admin.post("/people", email="a\x00b@c.nl", name="x\x00", role="coordinator"),
        await sanne.get("/intakes", service="a\x00b", area="\x00"),
        await officer.get("/audit", actor="a\x00"),
        await officer.client.get("/werk/controle", params={"wie": "a\x00", "vraag": "\x00"}),
    ]
    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []


async def test_chat_as_json(told: Resident) -> None:
    answer = await told.client.get(f"{told.path}/messages", headers=told.headers)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    messages = answer.json()["messages"]
    said = [message["text"] for message in messages if message["sender"] == "resident"]
    assert said == [text.strip() for text in TEXTS]


async def test_chat_as_a_stream(told: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, wait = asyncio.Event(), Listener.wait

    async def wait_and_say_so(listener: Listener, seconds: float) -> AbstractSet[str]:
        reading.set()
        return await wait(listener, seconds)

    monkeypatch.setattr(Listener, "wait", wait_and_say_so)
    stream = asyncio.create_task(told.client.get(f"{told.path}/events", headers=told.headers))
    async with asyncio.timeout(60):
        await reading.wait()
        await told.client.delete(told.path, headers=told.headers)  # the stream ends, and what it said can be read
    lines = (await stream).text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    events = [line.removeprefix("event: ") for line in lines if line.startswith("event:")]
    assert "uit" not in events
    data = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    heard = [m["text"] for page in data for m in page.get("messages", ()) if m["sender"] == "resident"]
    assert heard == [text.strip() for text in TEXTS]


async def test_chat_without_scripts(client: httpx.AsyncClient, assistant: FakeAssistant) -> None:
    assistant.answer = lambda text: [Reply(f"Ik hoorde: {text}", (Button(text[:60], "/affirm"),))]
    page = await client.get("/chat/formulier")
    for text in TEXTS:
        fields = {"nummer": str(uuid.uuid4()), "tekst": text}
        found = re.search(r'name="sleutel" value="([^"]*)"', page.text)
        if found:
            fields["sleutel"] = html.unescape(found.group(1))
        await client.post("/chat/formulier", data=fields, headers={"Origin": "http://voordeur.test"})
        page = await client.get("/chat/formulier")
    assert looks_alive(page) == []
    assert missing(Page(page.text).text) == []


async def test_conversation_to_keep(told: Resident) -> None:
    answer = await told.client.get(f"{told.path}/transcript", headers=told.headers)
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert missing(flat(answer.text)) == []


async def test_everything_to_take_along(told: Resident, handed: tuple[Professional, list[str]]) -> None:
    answer = await told.client.get(f"{told.path}/export", headers=told.headers)
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert [m["text"] for m in body["conversation"]["messages"] if m["sender"] == "resident"] == [
        text.strip() for text in TEXTS
    ]
    assert {intake["summary"] for intake in body["intakes"]} == {"\n".join(some).strip() for some in GROUPS}


async def test_pages_of_the_workspace(handed: tuple[Professional, list[str]]) -> None:
    sanne, numbers = handed
    alive: list[str] = []
    for path in ("", "/wachtrij", "/mijn"):
        alive += looks_alive(await sanne.client.get(f"/werk{path}"))
    shown = ""
    for number in numbers:
        for path in ("", "/afdruk"):
            page = await sanne.client.get(f"/werk/vragen/{number}{path}")
            alive += looks_alive(page)
            shown += Page(page.text).text
    assert alive == []
    assert missing(shown) == []


async def test_answer_of_a_professional(told: Resident, handed: tuple[Professional, list[str]]) -> None:
    sanne, numbers = handed
    for text in TEXTS:
        assert (await sanne.post(f"/intakes/{numbers[0]}/reply", text=text)).status_code == 200
    said = [message["text"] for message in await told.messages() if message["sender"] == "professional"]
    assert said == [text.strip() for text in TEXTS]


async def test_telegram(settings: Settings, assistant: FakeAssistant) -> None:
    assistant.answer = lambda text: [Reply(text)]
    async with Emulator().running() as telegram:
        settings.telegram_token, settings.telegram_api = SecretStr(TOKEN), telegram.address
        app = create_app(settings, assistant)
        app.state.runtime.telegram.outbox._channel.seconds_between = 0.0
        async with app.router.lifespan_context(app):
            telegram.says(1, "hallo")
            await telegram.until(lambda: len(telegram.chats[1]) == 3)
            # A command of the bot is a command; all else is text, and comes back as it was.
            texts = [text.strip() for text in TEXTS if not text.startswith("/")]
            for text in texts:
                telegram.says(1, text)
                wanted = flat(text)
                await telegram.until(lambda: wanted in map(flat, telegram.texts(1)))  # noqa: B023  awaited in this round


async def test_mail(runtime: Runtime) -> None:
    wrong = []
    async with running_mail_server() as server:
        mailer = Mailer(server.address, "Voordeur <voordeur@delinde.example>")
        for text in TEXTS:
            before = len(server.received)
            try:
                await mailer.send(Mail("team@delinde.example", text, text, "key"))
            except MailNotSent:
                assert len(server.received) == before
                continue
            mail = server.received[-1]
            usual = {
                "From",
                "To",
                "Subject",
                "Date",
                "Message-ID",
                "Content-Type",
                "Content-Transfer-Encoding",
                "MIME-Version",
            }
            if set(mail.keys()) - usual - {"Auto-Submitted", "X-Peer"} or mail["To"] != "team@delinde.example":
                wrong.append((text, mail.keys()))
            assert mail.get_content_type() == "text/plain"
    assert wrong == []


async def test_other_case_systems() -> None:
    class Receiver(StandIn):
        def __init__(self) -> None:
            super().__init__()
            self.summaries: list[str] = []

        async def answer(self, request: object, body: dict[str, dict[str, str]]) -> tuple[int, object]:
            self.summaries.append(body["data"]["summary"])
            return 200, {"id": "42"}

    async with Receiver().running() as server:
        assert isinstance(server, Receiver)
        adapter = Webhook(system_settings("webhook", server.address), SECRET)
        for text in TEXTS:
            await adapter.deliver(dataclasses.replace(CASE, summary=text, name=text), Memory().steps())
        await adapter.close()
        assert server.summaries == TEXTS


async def test_audit_log_and_its_pages(
    told: Resident, handed: tuple[Professional, list[str]], professional: SignsIn, runtime: Runtime
) -> None:
    colleague = await professional()
    officer = await professional(team=None, role=Role.PRIVACY_OFFICER)
    reasons = [f"omdat het moest: {text}"[:500] for text in TEXTS]
    for number, reason in zip(handed[1] * 9, reasons, strict=False):
        assert (await colleague.post(f"/intakes/{number}/break-glass", reason=reason)).status_code == 204
    shown = ""
    for path in ("/werk/controle", "/werk/controle/noodgevallen"):
        page = await officer.client.get(path)
        assert looks_alive(page) == []
        shown += Page(page.text).text
    assert "omdat het moest" in shown
    async with runtime.database.read() as session:
        assert (await audit.verify(session)).problem is None


async def test_logs_hold_nothing_of_it_and_every_line_is_one_line(
    told: Resident, handed: tuple[Professional, list[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    for text in TEXTS[::2]:
        await told.client.get(f"/api/v1/{quote(text[:200])}", headers={"User-Agent": ascii(text)})
        await told.client.post("/api/v1/sessions", json={"email": text[:200], "password": text[:200]})
        await told.post(choice=text[:40])
    out, err = capfd.readouterr()
    printed = out + err
    for line in printed.splitlines():
        json.loads(line)
    assert [text for text in TEXTS if len(text) > 12 and text in printed] == []


async def test_problem_details_say_nothing_back(told: Resident) -> None:
    for text in TEXTS:
        answer = await told.post(choice=text[:40])
        assert answer.status_code == 400
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert text[:40] not in json.dumps(answer.json(), ensure_ascii=False) or len(text.strip()) < 9
