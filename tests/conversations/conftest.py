"""Talks with the trained assistant: the real model, the real actions, in this process; only the service is pretended."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.utils.endpoints import EndpointConfig
from rasa.utils.log_utils import configure_structlog
from rasa_sdk.executor import ActionExecutor

import actions
from actions import service as service_client
from actions.service import ServiceFailed
from bot.channels.gateway import CollectedAnswers, as_text
from bot.training import train

MODELS = Path(__file__).resolve().parents[2] / ".voordeur" / "models"
REFERENCE = "V-2222-3333"


class ActionsHere(EndpointConfig):
    """Runs actions in this process instead of asking a server."""

    def __init__(self) -> None:
        super().__init__("http://actions.invalid")
        self._executor = ActionExecutor()
        self._executor.register_package(actions)

    async def request(self, *_: Any, json: dict[str, Any] | None = None, **__: Any) -> Any:
        assert json is not None
        return await self._executor.run(json)


# What the service says of some places; of any other that it knows it, and that our own team does it there.
UNSURE = {
    "de moordel": [{"place": "De Mortel", "area": "gemert-bakel", "name": "Gemert-Bakel"}],
    "bakel of best": [
        {"place": "Bakel", "area": "gemert-bakel", "name": "Gemert-Bakel"},
        {"place": "Best", "area": "best", "name": "Best"},
    ],
}
IN_GEMERT_BAKEL = ("Gemert", "Bakel", "De Mortel")
YOUTH_WORK = {
    "name": "Jongerenwerk De Uitdaging",
    "phone": "0492 00 00 10",
    "email": None,
    "website": "https://jongerenwerk.example",
}


@dataclass
class Service:
    """Stands where the service stands: remembers the intakes it was asked to make."""

    intakes: list[dict[str, Any]] = field(default_factory=list)
    down: bool = False
    routes: list[tuple[str, str | None]] = field(default_factory=list)
    open: bool = True
    status: str = "new"

    async def ask(self, method: str, path: str, *, missing: bool = False, **arguments: Any) -> Any:
        if self.down:
            raise ServiceFailed("told to be down")
        now = dt.datetime.now(dt.UTC)
        if path == "/organisation":
            return {"open": self.open, "opensAt": None if self.open else (now + dt.timedelta(days=3)).isoformat()}
        if path == "/routes":
            return self._route(**arguments["json"])
        if method == "POST":
            self.intakes.append(arguments["json"])
        elif not self.intakes:
            return None
        if method == "DELETE":
            self.intakes.clear()
            return {}
        due = now if self.intakes[-1].get("urgency") == "crisis" else now + dt.timedelta(days=9)
        return {"reference": REFERENCE, "team": "gemert", "dueAt": due.isoformat(), "status": self.status}

    def _route(self, place: str, service: str | None) -> dict[str, Any]:
        self.routes.append((place, service))
        referral = YOUTH_WORK if service == "jongerenwerk" and place in IN_GEMERT_BAKEL else None
        return {"candidates": UNSURE.get(place.lower(), []), "referral": referral, "areaName": "Gemert-Bakel"}


@dataclass
class Talk:
    """One conversation. `say` sends words, `press` a button of the last answer; both give the assistant's answers as one text."""

    agent: Agent
    service: Service
    loop: asyncio.AbstractEventLoop
    language: str = "nl"
    sender: str = field(default_factory=lambda: uuid.uuid4().hex)
    answers: list[dict[str, Any]] = field(default_factory=list)

    def say(self, text: str) -> str:
        return self._turn(as_text(text))

    def press(self, title: str) -> str:
        buttons = {button["title"]: button["payload"] for answer in self.answers for button in answer["buttons"]}
        assert title in buttons, f"no button {title!r}, but {list(buttons)}"
        return self._turn(buttons[title])

    @property
    def titles(self) -> list[str]:
        return [button["title"] for answer in self.answers for button in answer["buttons"]]

    @property
    def custom(self) -> dict[str, Any]:
        return {key: value for answer in self.answers for key, value in answer["custom"].items() if key != "said"}

    def slot(self, name: str) -> Any:
        tracker = self.loop.run_until_complete(self.agent.tracker_store.retrieve(self.sender))
        assert tracker is not None
        return tracker.get_slot(name)

    def _turn(self, text: str) -> str:
        collected = CollectedAnswers()
        about = {"turn": uuid.uuid4().hex, "language": self.language}
        message = UserMessage(text, collected, self.sender, metadata=about)
        self.loop.run_until_complete(self.agent.handle_message(message))
        self.answers = collected.answers
        assert self.answers, f"silence after {text!r}"
        # The service keeps the language that was chosen.
        self.language = self.custom.get("language") or self.language
        return "\n".join(answer["text"] for answer in self.answers)


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One loop for the agent: its locks belong to the loop they were made in."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def agent() -> Agent:
    """The trained assistant, loaded once; trained first when its sources have changed."""
    configure_structlog(logging.WARNING)
    return Agent.load(str(train(MODELS)), action_endpoint=ActionsHere())


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    """The pretended service."""
    service = Service()
    monkeypatch.setattr(service_client, "_ask", service.ask)
    monkeypatch.setenv("VOORDEUR_SERVICE_TOKEN", "a token")
    return service


@pytest.fixture
def talk(agent: Agent, service: Service, loop: asyncio.AbstractEventLoop) -> Talk:
    """A conversation with somebody new."""
    return Talk(agent, service, loop)
