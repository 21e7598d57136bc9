"""The only door of the assistant: our own service, with a token.

Rasa's REST channel is open even when the server has a token, lets the caller write payloads, and takes a repeated message for a new one.
This channel asks for the token, keeps text and payload apart, and answers a turn it has taken before with the same messages.
"""

from __future__ import annotations

import hmac
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.decision import NOT_A_PAYLOAD
from bot.memory import ForgettingTrackerStore

NAME = "gateway"


class CollectedAnswers(OutputChannel):
    """Keeps what the assistant says in this turn, each message whole: text, buttons and what it is."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """The name responses can be written for."""
        return NAME

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps one message."""
        if message.get("text"):
            self.answers.append(
                {
                    "text": message["text"],
                    "buttons": message.get("buttons") or [],
                    "custom": message.get("custom") or {},
                }
            )


class GatewayInput(InputChannel):
    """Takes turns for the service."""

    def __init__(self, token: str) -> None:
        self._token = token

    @classmethod
    def name(cls) -> str:
        """The part of the address after `/webhooks/`."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> GatewayInput:
        """Reads the token from `credentials.yml`. Raises `ValueError` without one: an open assistant is not an option."""
        token = (credentials or {}).get("token")
        if not token or token.startswith("${"):
            raise ValueError("Set VOORDEUR_ASSISTANT_TOKEN: the gateway channel does not start without a token.")
        return cls(token)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of this channel."""
        routes = Blueprint("voordeur_gateway", inspect.getmodule(self).__name__)  # type: ignore[union-attr]

        @routes.route("/webhook", methods=["POST"])
        async def webhook(request: Request) -> HTTPResponse:
            if not self._is_ours(request):
                return json({"error": "unauthorized"}, status=401)
            sender, turn, text, payload, language = (
                request.json.get(name) for name in ("sender", "turn", "text", "payload", "language")
            )
            agent = request.app.ctx.agent
            tracker = await agent.tracker_store.retrieve(sender)
            earlier = answers_of_turn(tracker, turn) if tracker else None
            if earlier is not None:
                return json(earlier)
            collected = CollectedAnswers()
            about = {"turn": turn, "language": language}
            await on_new_message(
                UserMessage(payload or as_text(text), collected, sender, input_channel=NAME, metadata=about)
            )
            return json(collected.answers)

        @routes.route("/conversations/<sender>", methods=["DELETE"])
        async def forget(request: Request, sender: str) -> HTTPResponse:
            if not self._is_ours(request):
                return json({"error": "unauthorized"}, status=401)
            store = ForgettingTrackerStore.of_this_process
            if store is not None:
                store.forget(sender)
            return json({}, status=200)

        return routes

    def _is_ours(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), self._token.encode())


def as_text(text: str) -> str:
    """The text in a form that Rasa never takes for a payload: those begin with a slash, also after white space."""
    return NOT_A_PAYLOAD + text if text.lstrip().startswith("/") else text


def answers_of_turn(tracker: DialogueStateTracker, turn: str) -> list[dict[str, Any]] | None:
    """What the assistant said in a turn it has taken before; None when it has not, or did not get to an answer."""
    answers: list[dict[str, Any]] | None = None
    for event in tracker.events:
        if isinstance(event, UserUttered):
            if answers:
                return answers
            answers = [] if event.metadata.get("turn") == turn else None
        elif isinstance(event, BotUttered) and answers is not None and event.text:
            answers.append(
                {
                    "text": event.text,
                    "buttons": event.data.get("buttons") or [],
                    "custom": event.data.get("custom") or {},
                }
            )
    return answers or None
