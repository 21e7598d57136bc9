"""Talks with the trained assistant: the real model, the real actions, in this process; only the service is pretended."""

from __future__ import annotations

import asyncio
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
from rasa_sdk.interfaces import ActionExecutionRejection

import actions
from actions import hand_over, intake_form
from actions.intakes import IntakeFailed, Made
from bot.channels.gateway import CollectedAnswers, as_text
from bot.training import train

MODELS = Path(__file__).resolve().parents[2] / ".voordeur" / "models"


class ActionsHere(EndpointConfig):
    """Runs actions in this process instead of asking a server."""

    def __init__(self) -> None:
        super().__init__("http://actions.invalid")
        self._executor = ActionExecutor()
        self._executor.register_package(actions)

    async def request(self, *_: Any, json: dict[str, Any] | None = None, **__: Any) -> Any:
        from rasa.core.actions.action import ActionExecutionRejection as Rejection

        assert json is not None
        try:
            return await self._executor.run(json)
        except ActionExecutionRejection as error:
            raise Rejection(error.action_name) from error


@dataclass
class Service:
    """Stands where the service stands: remembers the intakes it was asked to make."""

    intakes: list[dict[str, Any]] = field(default_factory=list)
    down: bool = False

    async def make(self, tracker: Any, body: dict[str, Any]) -> Made:
        if self.down:
            raise IntakeFailed("told to be down")
        self.intakes.append(body)
        return Made("V-2222-3333", "Team Gemert-Bakel", "uiterlijk vrijdag 18 december")


@dataclass
class Talk:
    """One conversation. `say` sends words, `press` a button of the last answer; both give the assistant's answers as one text."""

    agent: Agent
    service: Service
    loop: asyncio.AbstractEventLoop
    sender: str = field(default_factory=lambda: uuid.uuid4().hex)
    answers: list[dict[str, Any]] = field(default_factory=list)

    def say(self, text: str) -> str:
        return self._turn(as_text(text))

    def press(self, title: str) -> str:
        buttons = {button["title"]: button["payload"] for answer in self.answers for button in answer["buttons"]}
        return self._turn(buttons[title])

    @property
    def titles(self) -> list[str]:
        return [button["title"] for answer in self.answers for button in answer["buttons"]]

    @property
    def custom(self) -> dict[str, Any]:
        return {key: value for answer in self.answers for key, value in answer["custom"].items()}

    def _turn(self, text: str) -> str:
        collected = CollectedAnswers()
        message = UserMessage(text, collected, self.sender, metadata={"turn": uuid.uuid4().hex})
        self.loop.run_until_complete(self.agent.handle_message(message))
        self.answers = collected.answers
        assert self.answers, f"silence after {text!r}"
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
    for module in (hand_over, intake_form):
        monkeypatch.setattr(module, "make_intake", service.make)
    return service


@pytest.fixture
def talk(agent: Agent, service: Service, loop: asyncio.AbstractEventLoop) -> Talk:
    """A conversation with somebody new."""
    return Talk(agent, service, loop)
