"""News between api processes over Redis, for installations that have one: cheaper than PostgreSQL under many messages."""

from __future__ import annotations

import asyncio

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from api.conversations.live import LiveHub

log = structlog.get_logger()

CHANNEL = "voordeur_news"
RETRY_SECONDS = 1.0


class RedisLive(LiveHub):
    """Tells this process at once, and the others through Redis. What Redis loses, readers find by looking themselves."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._redis = Redis.from_url(address, decode_responses=True, socket_connect_timeout=5)
        self._to_publish: asyncio.Queue[str] = asyncio.Queue(maxsize=10_000)
        self.listening = asyncio.Event()
        """Set while the subscription is there; without it readers look for themselves."""

    def tell(self, topic: str) -> None:
        """Wakes the readers here, and has the other processes told."""
        super().tell(topic)
        if not self._to_publish.full():
            self._to_publish.put_nowait(topic)

    async def run(self) -> None:
        """Publishes and listens until cancelled, and connects again when Redis is lost."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._publish())
                group.create_task(self._listen())
        finally:
            await self._redis.aclose()

    async def _publish(self) -> None:
        while True:
            topic = await self._to_publish.get()
            try:
                await self._redis.publish(CHANNEL, topic)
            except (RedisError, OSError) as error:
                log.warning("news_not_told", error=type(error).__name__)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as subscription:
                    await subscription.subscribe(CHANNEL)
                    for topic in list(self._waiting):
                        LiveHub.tell(self, topic)
                    self.listening.set()
                    async for message in subscription.listen():
                        LiveHub.tell(self, message["data"])
            except (RedisError, OSError) as error:
                log.warning("news_not_heard", error=type(error).__name__)
            self.listening.clear()
            await asyncio.sleep(RETRY_SECONDS)
