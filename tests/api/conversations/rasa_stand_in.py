"""Stands where Rasa stands, over real HTTP: for tests in which the service runs in processes of its own."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, Request


class RasaStandIn:
    """Says back what it hears, after a moment of thinking; counts how often it was asked each turn."""

    def __init__(self, thinking_seconds: float = 0.0) -> None:
        self.thinking_seconds = thinking_seconds
        self.turns: Counter[str] = Counter()
        self.address = ""

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/status")
        async def status() -> dict[str, str]:
            return {"model_file": "stand-in"}

        @app.post("/model/parse")
        async def parse() -> dict[str, Any]:
            return {"intent": {"name": "hulp_ontmoeting", "confidence": 0.9}, "entities": []}

        @app.post("/webhooks/gateway/webhook")
        async def webhook(request: Request) -> list[dict[str, Any]]:
            body = await request.json()
            self.turns[body["turn"]] += 1
            await asyncio.sleep(self.thinking_seconds)
            return [{"text": f"Ik hoorde: {body['text']}"}]

        @app.delete("/webhooks/gateway/conversations/{sender}")
        async def forget(sender: str) -> dict[str, str]:
            return {"forgotten": sender}

        return app

    @asynccontextmanager
    async def running(self) -> AsyncIterator[RasaStandIn]:
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
            server.should_exit = True
            await task
