"""An emulator of the Bot API on a port of its own, as strict as Telegram: offsets, redelivery, the secret header, 403, 429, lost answers.

What it does follows https://core.telegram.org/bots/api: an update stays until it is confirmed by a later offset or by 2xx of the
webhook, is posted again after anything else, and waits behind the one before it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

TOKEN = "4242:for-tests-only"
LONGEST = 4096
SECOND_TRY_SECONDS = 0.2


@dataclass
class Sent:
    """One message in a chat, as the person there sees it."""

    chat: int
    number: int
    text: str
    buttons: list[list[dict[str, Any]]] = field(default_factory=list)
    keyboard: list[list[Any]] = field(default_factory=list)

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.buttons for button in row]


class Failure(Exception):
    """An answer of Telegram that is not ok."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.body = {"ok": False, "error_code": code, "description": description}
        if parameters:
            self.body["parameters"] = parameters
        self.code = code


class Emulator:
    """Telegram, with the people who use it."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.chats: dict[int, list[Sent]] = defaultdict(list)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.alerts: list[str | None] = []
        self.left: list[int] = []
        self.blocked: set[int] = set()
        self.webhook: dict[str, Any] = {}
        self.commands: list[str] = []
        self.before: Callable[[str, dict[str, Any]], None] | None = None
        """Called before a method does its work; raises `Failure` to refuse."""
        self.lose_answer: Callable[[str, dict[str, Any]], bool] = lambda *_: False
        """Whether the answer gets lost after the work is done: the caller hears nothing until it gives up."""
        self.posted: list[int] = []
        """The answers of our webhook, by status."""
        self.address = ""
        self._numbers = itertools.count(1)
        self._updates: deque[dict[str, Any]] = deque()
        self._update_ids = itertools.count(random.randrange(10**8, 10**9))
        self._news = asyncio.Event()
        self._poster: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    # What people do

    def says(self, chat: int, text: str, **more: Any) -> int:
        """Somebody types; gives the update's id."""
        entities = []
        if text.startswith("/"):
            entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return self.message(chat, text=text, entities=entities, **more)

    def message(self, chat: int, *, kind: str = "private", **content: Any) -> int:
        """Somebody sends anything at all."""
        return self.update(message=self._from(chat, kind, **content))

    def edits(self, chat: int, text: str) -> int:
        return self.update(edited_message={**self._from(chat, "private", text=text), "edit_date": 1_700_000_001})

    def presses(self, chat: int, label: str) -> int:
        """Somebody presses the newest button with this label."""
        for sent in reversed(self.chats[chat]):
            for button in (button for row in sent.buttons for button in row):
                if button["text"] == label:
                    return self.presses_data(chat, button["callback_data"], sent.number)
        raise AssertionError(f"no button {label!r} in {[sent.labels for sent in self.chats[chat]]}")

    def presses_data(self, chat: int, data: str, number: int) -> int:
        assert len(data.encode()) <= 64, "callback_data has at most 64 bytes"
        message = {"message_id": number, "date": 1_700_000_000, "chat": {"id": chat, "type": "private"}, "text": "…"}
        query = {
            "id": str(next(self._numbers)),
            "from": self._person(chat),
            "chat_instance": "1",
            "data": data,
            "message": message,
        }
        return self.update(callback_query=query)

    def shares_contact(self, chat: int, phone: str, user: int | None = None) -> int:
        contact = {"phone_number": phone, "first_name": "Fatima", "user_id": user or chat}
        return self.message(chat, contact=contact)

    def blocks(self, chat: int) -> int:
        """Somebody blocks the bot."""
        self.blocked.add(chat)
        member = {"user": {"id": 4242, "is_bot": True, "first_name": "bot"}}
        change = {
            "chat": {"id": chat, "type": "private"},
            "from": self._person(chat),
            "date": 1_700_000_000,
            "old_chat_member": {**member, "status": "member"},
            "new_chat_member": {**member, "status": "kicked", "until_date": 0},
        }
        return self.update(my_chat_member=change)

    def update(self, **content: Any) -> int:
        number = next(self._update_ids)
        self._updates.append({"update_id": number, **content})
        self._news.set()
        return number

    def texts(self, chat: int) -> list[str]:
        return [sent.text for sent in self.chats[chat]]

    async def until(self, happened: Callable[[], object], seconds: float = 20) -> None:
        """Returns when something has happened; a busy machine takes its time."""
        async with asyncio.timeout(seconds):
            while not happened():  # noqa: ASYNC110  nobody tells
                await asyncio.sleep(0.02)

    async def confirmed(self) -> None:
        """Returns when we have acknowledged every update."""
        await self.until(lambda: not self._updates)

    def _from(self, chat: int, kind: str, **content: Any) -> dict[str, Any]:
        where = {"id": chat, "type": kind} if kind == "private" else {"id": chat, "type": kind, "title": "Buurt"}
        number = next(self._numbers)
        return {"message_id": number, "date": 1_700_000_000, "chat": where, "from": self._person(chat), **content}

    def _person(self, chat: int) -> dict[str, Any]:
        return {"id": abs(chat), "is_bot": False, "first_name": "Fatima", "language_code": "nl"}

    # What the bot asks

    async def call(self, method: str, body: dict[str, Any]) -> Any:
        """Does what a method of the Bot API does. Raises `Failure`."""
        self.calls.append((method, body))
        if self.before is not None:
            self.before(method, body)
        return await getattr(self, f"_{method}", self._unknown)(body)

    async def _unknown(self, _: dict[str, Any]) -> Any:
        raise Failure(404, "Not Found")

    async def _getMe(self, _: dict[str, Any]) -> Any:  # noqa: N802  Telegram's own name, as all below
        return {"id": 4242, "is_bot": True, "first_name": "Voordeur", "username": "voordeur_bot"}

    async def _sendMessage(self, body: dict[str, Any]) -> Any:  # noqa: N802
        chat, text = int(body["chat_id"]), str(body["text"])
        if {"parse_mode", "entities"} & body.keys():
            raise Failure(400, "Bad Request: what residents type is plain text, never a markup of ours")
        if chat in self.blocked:
            raise Failure(403, "Forbidden: bot was blocked by the user")
        if not text.strip():
            raise Failure(400, "Bad Request: message text is empty")
        if len(text.strip().encode("utf-16-le")) // 2 > LONGEST:
            raise Failure(400, "Bad Request: message is too long")
        markup = body.get("reply_markup") or {}
        for button in (button for row in markup.get("inline_keyboard", []) for button in row):
            if not 1 <= len(button["callback_data"].encode()) <= 64:
                raise Failure(400, "Bad Request: BUTTON_DATA_INVALID")
        buttons, keyboard = markup.get("inline_keyboard", []), markup.get("keyboard", [])
        sent = Sent(chat, next(self._numbers), text.strip(), buttons, keyboard)
        self.chats[chat].append(sent)
        return self._shown(sent)

    async def _editMessageReplyMarkup(self, body: dict[str, Any]) -> Any:  # noqa: N802
        chat, number = int(body["chat_id"]), int(body["message_id"])
        found = next((sent for sent in self.chats[chat] if sent.number == number), None)
        if found is None:
            raise Failure(400, "Bad Request: message to edit not found")
        buttons = (body.get("reply_markup") or {}).get("inline_keyboard", [])
        if buttons == found.buttons:
            raise Failure(400, "Bad Request: message is not modified")
        found.buttons = buttons
        return self._shown(found)

    async def _answerCallbackQuery(self, body: dict[str, Any]) -> Any:  # noqa: N802
        self.alerts.append(body.get("text"))
        return True

    async def _leaveChat(self, body: dict[str, Any]) -> Any:  # noqa: N802
        self.left.append(int(body["chat_id"]))
        return True

    async def _setMyCommands(self, body: dict[str, Any]) -> Any:  # noqa: N802
        self.commands = [command["command"] for command in body["commands"]]
        return True

    async def _setWebhook(self, body: dict[str, Any]) -> Any:  # noqa: N802
        self.webhook = body
        if self._poster is None:
            self._poster = asyncio.create_task(self._post())
        return True

    async def _deleteWebhook(self, _: dict[str, Any]) -> Any:  # noqa: N802
        self.webhook = {}
        return True

    async def _getWebhookInfo(self, _: dict[str, Any]) -> Any:  # noqa: N802
        waiting = len(self._updates)
        return {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": waiting}

    async def _getUpdates(self, body: dict[str, Any]) -> Any:  # noqa: N802
        if self.webhook:
            raise Failure(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(body.get("offset") or 0)
        while self._updates and self._updates[0]["update_id"] < offset:
            self._updates.popleft()
        if not self._updates:
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), min(float(body.get("timeout") or 0), 5))
        return list(self._updates)[:100]

    def _shown(self, sent: Sent) -> dict[str, Any]:
        chat = {"id": sent.chat, "type": "private", "first_name": "Fatima"}
        return {"message_id": sent.number, "date": 1_700_000_000, "chat": chat, "text": sent.text}

    async def _post(self) -> None:
        """Posts updates to the webhook one after the other, each until it is taken."""
        async with httpx.AsyncClient(timeout=60) as client:
            while True:
                if not self._updates or not self.webhook:
                    self._news.clear()
                    await self._news.wait()
                    continue
                headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
                try:
                    response = await client.post(self.webhook["url"], json=self._updates[0], headers=headers)
                except httpx.HTTPError:
                    self.posted.append(0)
                    await asyncio.sleep(SECOND_TRY_SECONDS)
                    continue
                self.posted.append(response.status_code)
                if response.is_success:
                    self._updates.popleft()
                else:
                    await asyncio.sleep(SECOND_TRY_SECONDS)

    # The server

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/bot{token}/{method}")
        async def call(token: str, method: str, request: Request) -> JSONResponse:
            if token != self.token:
                return JSONResponse({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
            form = await request.form()
            body = {name: _value(str(value)) for name, value in form.items()}
            # A chat and a text may look like numbers or JSON and are none.
            body.update({name: str(form[name]) for name in ("text",) if name in form})
            try:
                result = await self.call(method, body)
            except Failure as failure:
                return JSONResponse(failure.body, failure.code)
            if self.lose_answer(method, body):
                await self._closing.wait()
            return JSONResponse({"ok": True, "result": result})

        return app

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Emulator]:
        """Serves on a free port until the block ends."""
        config = uvicorn.Config(self.app(), host="127.0.0.1", port=0, log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        task = asyncio.create_task(
            server._serve()
        )  # without its signal handlers: the process of the test is not ours to end
        while not server.started:  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.01)
        self.address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            if self._poster is not None:
                self._poster.cancel()
            self._closing.set()
            self._news.set()
            server.should_exit = True
            await task


def _value(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value
