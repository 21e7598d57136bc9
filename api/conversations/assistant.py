"""The client of the assistant: HTTP and nothing else. What its answers mean is decided in `turns.py`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from api.conversations.models import Kind
from organisation.model import CRISIS_KINDS


class AssistantDown(Exception):
    """The assistant did not answer in time, or not in a way we understand."""


@dataclass(frozen=True)
class Button:
    """An answer the assistant offers; the payload never leaves the service."""

    label: str
    payload: str


@dataclass(frozen=True)
class Reply:
    """One message of the assistant.

    `asked_for` says what it expects next; `hand_over` that a person should come now; `language` in which the resident chose to go on.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    kind: str = "text"
    asked_for: str | None = None
    reference: str | None = None
    hand_over: bool = False
    language: str | None = None


@dataclass(frozen=True)
class Understanding:
    """What a text is about, asked without leaving a trace in the assistant."""

    intent: str
    confidence: float
    entities: list[dict[str, Any]] = field(default_factory=list)

    @property
    def crisis(self) -> str | None:
        """The kind of danger that was heard, if any. The crisis detector has the last word on the intent."""
        kind = self.intent.removeprefix("crisis_")
        return kind if kind != self.intent and kind in CRISIS_KINDS else None


class Assistant:
    """Rasa behind its token. Raises `AssistantDown` for everything that is not a good answer."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"}
        self._token = token

    async def say(
        self, conversation_id: uuid.UUID, turn_id: uuid.UUID, text: str, payload: str | None, language: str
    ) -> list[Reply]:
        """Takes one turn in this language. The same `turn_id` again gives the same answer without taking the turn twice."""
        body = {
            "sender": str(conversation_id),
            "turn": str(turn_id),
            "text": text,
            "payload": payload,
            "language": language,
        }
        data = await self._post("/webhooks/gateway/webhook", body)
        try:
            return [message.reply() for message in _MESSAGES.validate_python(data)]
        except ValidationError:
            # The error itself holds what was said; it must not get into a log.
            raise AssistantDown("the answer has an unknown form") from None

    async def understand(self, text: str) -> Understanding:
        """Intent and entities of a text, outside any conversation."""
        data = await self._post("/model/parse", {"text": text}, params={"token": self._token})
        try:
            return Understanding(data["intent"]["name"], float(data["intent"]["confidence"]), data["entities"])
        except (KeyError, TypeError, ValueError) as error:
            raise AssistantDown("the answer has an unknown form") from error

    async def forget(self, conversation_id: uuid.UUID) -> None:
        """Erases what the assistant remembers of this conversation."""
        await self._send("DELETE", f"/webhooks/gateway/conversations/{conversation_id}")

    async def ready(self) -> bool:
        """Whether a model is loaded and answers."""
        try:
            response = await self._client.get("/status", params={"token": self._token}, timeout=2)
        except httpx.HTTPError:
            return False
        return response.status_code == 200

    async def _post(self, path: str, body: dict[str, Any], params: dict[str, str] | None = None) -> Any:
        response = await self._send("POST", path, json=body, params=params)
        try:
            return response.json()
        except ValueError:
            raise AssistantDown("the answer is not JSON") from None

    async def _send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            response = await self._client.request(method, path, headers=self._headers, **arguments)
            response.raise_for_status()
        except (httpx.HTTPError, ValueError) as error:
            # The error of httpx holds the address, never the body: nothing a resident said gets into a log.
            raise AssistantDown(type(error).__name__) from error
        return response


class _Button(BaseModel):
    """A button as Rasa sends it; no longer than what we can keep."""

    title: str = Field(min_length=1)
    payload: str = Field(min_length=1, max_length=500)


class _Custom(BaseModel):
    """What our own actions say about a message."""

    kind: Kind = Kind.TEXT
    asks: str | None = Field(default=None, max_length=20)
    reference: str | None = Field(default=None, max_length=20)
    hand_over: bool = Field(default=False, alias="handOver")
    language: str | None = Field(default=None, max_length=10)


class _Message(BaseModel):
    """One message of the gateway channel. Anything else is not a good answer, and the resident gets the honest one."""

    text: str = Field(min_length=1)
    buttons: list[_Button] | None = None
    custom: _Custom | None = None

    def reply(self) -> Reply:
        """The same in our own words."""
        custom = self.custom or _Custom()
        return Reply(
            text=self.text,
            buttons=tuple(Button(button.title, button.payload) for button in self.buttons or ()),
            kind=custom.kind,
            asked_for=custom.asks,
            reference=custom.reference,
            hand_over=custom.hand_over,
            language=custom.language,
        )


_MESSAGES = TypeAdapter(list[_Message])
