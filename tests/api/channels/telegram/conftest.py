"""A service with a bot, and a Telegram of our own on the other side."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from api.app import create_app
from api.settings import Settings
from tests.api.channels.telegram.emulator import TOKEN, Emulator
from tests.api.conftest import FakeAssistant


@pytest.fixture
async def telegram() -> AsyncIterator[Emulator]:
    """Telegram, on a port of its own."""
    async with Emulator().running() as emulator:
        yield emulator


@pytest.fixture
def settings(settings: Settings, telegram: Emulator) -> Settings:
    settings.telegram_token = SecretStr(TOKEN)
    settings.telegram_api = telegram.address
    return settings


@pytest.fixture
async def app(settings: Settings, assistant: FakeAssistant) -> AsyncIterator[FastAPI]:
    """A running service whose bot sends without the pauses that only Telegram's own patience needs."""
    app = create_app(settings, assistant)
    app.state.runtime.telegram.outbox._channel.seconds_between = 0.0
    async with app.router.lifespan_context(app):
        yield app
