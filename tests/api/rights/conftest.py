"""Waiting for what happens behind the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.api.conftest import FakeAssistant


async def until(true: Callable[[], object]) -> None:
    """Waits for something that background work does."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110  background work has no bell
            await asyncio.sleep(0.02)


__all__ = ["FakeAssistant", "until"]
