"""What Telegram's errors mean for a message on its way: again, never, or nobody knows. With a request class of our own: no network."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from aiolimiter import AsyncLimiter
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from api.channels.outbox import Letter, NotSent, Receipt, Undeliverable
from api.channels.telegram.bot import BLOCKED, NO_CHAT, REJECTED, new_bot
from api.channels.telegram.sender import TelegramChannel
from api.conversations.models import Kind, Sender
from api.database import Database
from api.settings import Settings
from organisation import load_catalogue
from tests.api.channels.telegram.emulator import TOKEN

CHAT = 777_000_111
Answer = Exception | tuple[int, dict[str, Any]]


class ScriptedRequest(BaseRequest):
    """Answers what the test says, one for each request, and keeps what was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    @property
    def read_timeout(self) -> float:
        return 10.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        self.asked.append((url.rsplit("/", 1)[-1], dict(request_data.parameters) if request_data else {}))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        return status, json.dumps(body).encode()


class Channel(TelegramChannel):
    """The real sender; where the chat is, and that it was blocked, would be in the database."""

    blocked = False

    async def _chat(self, letter: Letter) -> tuple[int, bool]:
        return CHAT, False

    async def _keep_blocked(self, letter: Letter) -> None:
        self.blocked = True


def channel(settings: Settings, *answers: Answer) -> tuple[Channel, ScriptedRequest]:
    request = ScriptedRequest(*answers)
    bot = new_bot(TOKEN, "https://telegram.invalid", request)
    found = Channel(bot, Database(settings.database_address), load_catalogue(settings.catalogue), AsyncLimiter(1000, 1))
    found.seconds_between = 0.0
    return found, request


def letter(text: str = "Dag, wat kan ik voor u doen?", choices: Sequence[tuple[str, str]] = ()) -> Letter:
    return Letter(
        delivery_id=uuid.uuid4(),
        conversation_id=uuid.uuid4(),
        seq=1,
        sender=Sender.ASSISTANT,
        sender_name="Assistent",
        kind=Kind.TEXT,
        text=text,
        choices=tuple(choices),
        parts_sent=0,
        attempts=1,
        interrupted=False,
    )


def sent(number: int = 5) -> Answer:
    return 200, {"ok": True, "result": {"message_id": number, "date": 0, "chat": {"id": CHAT, "type": "private"}}}


def refused(status: int, description: str, **parameters: Any) -> Answer:
    body = {"ok": False, "error_code": status, "description": description}
    return status, body | ({"parameters": parameters} if parameters else {})


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


async def test_message_goes_out_as_plain_text_with_short_numbers_on_its_buttons(settings: Settings) -> None:
    sender, request = channel(settings, sent(41))
    receipt = await sender.send(letter(choices=[("a1B2c3D4", "Ja, dat klopt")]))
    assert receipt == Receipt("41", keyboard=True)
    ((method, asked),) = request.asked
    assert (method, asked["chat_id"], asked["text"]) == ("sendMessage", CHAT, "Dag, wat kan ik voor u doen?")
    assert "parse_mode" not in asked, "what a resident or a person types is no markup"
    ((button,),) = asked["reply_markup"]["inline_keyboard"]
    assert button == {"text": "Ja, dat klopt", "callback_data": "a1B2c3D4"}


async def test_retry_after_waits_as_long_as_asked(settings: Settings) -> None:
    sender, _ = channel(settings, refused(429, "Too Many Requests: retry after 7", retry_after=7))
    with pytest.raises(NotSent) as raised:
        await sender.send(letter())
    assert (raised.value.after, raised.value.parts_sent) == (7.0, 0)


@pytest.mark.parametrize(
    ("answer", "reason", "for_all"),
    [
        (refused(403, "Forbidden: bot was blocked by the user"), BLOCKED, True),
        (refused(403, "Forbidden: user is deactivated"), BLOCKED, True),
        (refused(400, "Bad Request: chat not found"), NO_CHAT, True),
        (refused(400, "Bad Request: message is too long"), REJECTED, False),
    ],
)
async def test_what_can_never_arrive_is_undeliverable(
    settings: Settings, answer: Answer, reason: str, for_all: bool
) -> None:
    sender, _ = channel(settings, answer)
    with pytest.raises(Undeliverable) as raised:
        await sender.send(letter())
    assert (raised.value.reason, raised.value.for_all) == (reason, for_all)
    assert sender.blocked is (reason == BLOCKED)


@pytest.mark.parametrize(
    "error",
    [
        caused(NetworkError("no route"), httpx.ConnectError("no route")),
        caused(TimedOut(), httpx.ConnectTimeout("nobody there")),
        caused(TimedOut(), httpx.PoolTimeout("all connections are in use")),
    ],
)
async def test_what_never_left_is_sent_again(settings: Settings, error: Exception) -> None:
    sender, _ = channel(settings, error)
    with pytest.raises(NotSent) as raised:
        await sender.send(letter())
    assert raised.value.after is None


@pytest.mark.parametrize("status", [500, 502, 503, 401])
async def test_server_that_says_it_did_not_do_it_is_asked_again(settings: Settings, status: int) -> None:
    sender, _ = channel(settings, refused(status, "Internal Server Error"))
    with pytest.raises(NotSent):
        await sender.send(letter())


@pytest.mark.parametrize(
    ("error", "doubt"),
    [
        (TimedOut(), "timeout"),
        (caused(TimedOut(), httpx.ReadTimeout("no answer")), "timeout"),
        (caused(TimedOut(), httpx.WriteTimeout("half of it went")), "timeout"),
        (caused(NetworkError("gone"), httpx.ReadError("connection reset")), "connection_lost"),
        (ConnectionResetError("of another kind of client"), "connection_lost"),
    ],
)
async def test_lost_answer_is_uncertain_and_not_sent_again(settings: Settings, error: Exception, doubt: str) -> None:
    sender, request = channel(settings, error)
    assert (await sender.send(letter())).doubt == doubt
    assert len(request.asked) == 1


async def test_part_whose_answer_got_lost_does_not_keep_the_next_part(settings: Settings) -> None:
    sender, request = channel(settings, TimedOut(), sent(8))
    receipt = await sender.send(letter("a " * 3000))
    assert receipt == Receipt("8", doubt="timeout")
    assert len(request.asked) == 2


async def test_second_part_that_is_refused_is_tried_again_without_the_first(settings: Settings) -> None:
    sender, request = channel(settings, sent(7), refused(429, "Too Many Requests", retry_after=2), sent(8))
    whole = letter("a " * 3000)
    with pytest.raises(NotSent) as raised:
        await sender.send(whole)
    assert raised.value.parts_sent == 1
    again = Letter(**{**{name: getattr(whole, name) for name in Letter.__dataclass_fields__}, "parts_sent": 1})
    assert await sender.send(again) == Receipt("8")
    assert len(request.asked) == 3
