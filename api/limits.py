"""How much one conversation, one address and the whole installation may ask, counted by the library `limits`.

The narrowest limit is asked first, and what it refuses does not count for the wider ones: a flooder in the library does not lock out
the other visitors behind its address.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import time
from typing import Any

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError

from api.errors import TooManyRequests
from api.settings import Settings

log = structlog.get_logger()

MESSAGES = "U stuurt veel berichten achter elkaar. Wat u al stuurde, is bewaard. {wait}"
BUSY = "Het is nu erg druk. {wait}"
SIGN_IN = "Er is te vaak geprobeerd om in te loggen. {wait}"
ONCE = parse("1/minute")


class Limits:
    """Counts in this process, or in Redis when there is one, so that all api processes count together."""

    def __init__(self, settings: Settings) -> None:
        self._storage = _storage(settings.redis_url)
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)
        self._conversation = parse(settings.limit_messages_per_conversation)
        self._messages = parse(settings.limit_messages_per_address)
        self._conversations = parse(settings.limit_conversations_per_address)
        self._installation = parse(settings.limit_requests_per_installation)
        self._account = parse(settings.limit_sign_ins_per_account)
        self._sign_ins = parse(settings.limit_sign_ins_per_address)

    async def close(self) -> None:
        """Gives the connections to Redis back."""
        if isinstance(self._storage, RedisStorage):
            bridge: Any = self._storage.bridge  # the client of Redis has no name in the library's types
            await bridge.storage.aclose()

    async def message(self, key: str, address: str) -> None:
        """Counts a message. `key` is what the sender proves to hold, so that nobody uses up another's limit. Raises `TooManyRequests`."""
        await self._hit(self._conversation, MESSAGES, "conversation", _secret(key))
        await self._hit(self._messages, BUSY, "messages", network(address))
        await self._hit(self._installation, BUSY, "installation")

    async def sign(self, key: str) -> None:
        """Counts a sign that somebody is typing, apart from messages. Raises `TooManyRequests`."""
        await self._hit(self._conversation, BUSY, "sign", _secret(key))

    async def chat(self, key: str) -> None:
        """Counts a message from a service that pushes, where all residents come from one address. Raises `TooManyRequests`."""
        await self._hit(self._conversation, MESSAGES, "conversation", _secret(key))
        await self._hit(self._installation, BUSY, "installation")

    async def first_refusal(self, key: str) -> bool:
        """Whether this chat was told lately that it is too fast; it is now."""
        try:
            return await self._limiter.hit(ONCE, "refused", _secret(key))
        except (RedisError, OSError):
            return False

    async def conversation(self, address: str) -> None:
        """Counts a new conversation. Raises `TooManyRequests`."""
        await self._hit(self._conversations, BUSY, "conversations", network(address))
        await self._hit(self._installation, BUSY, "installation")

    async def sign_in(self, email: str, address: str) -> None:
        """Counts an attempt to sign in, whether it succeeds or not. Raises `TooManyRequests`."""
        await self._hit(self._sign_ins, SIGN_IN, "sign-ins", network(address))
        await self._hit(self._account, SIGN_IN, "account", _secret(email.strip().lower()))

    async def work_account(self, address: str) -> None:
        """Counts an attempt to sign in by the organisation's own sign-in. Raises `TooManyRequests`."""
        await self._hit(self._sign_ins, SIGN_IN, "sign-ins", network(address))

    async def account(self, email: str) -> None:
        """Counts an attempt that asks for the password or code of who is signed in. Raises `TooManyRequests`."""
        await self._hit(self._account, SIGN_IN, "account", _secret(email.strip().lower()))

    async def _hit(self, limit: RateLimitItem, sentence: str, *key: str) -> None:
        try:
            if await self._limiter.hit(limit, *key):
                return
            window = await self._limiter.get_window_stats(limit, *key)
        except (RedisError, OSError) as error:
            # Who cannot count lets people in: a resident must not wait for our Redis.
            log.warning("not_counted", error=type(error).__name__)
            return
        seconds = max(1, math.ceil(window.reset_time - time.time()))
        log.info("limited", what=key[0])
        raise TooManyRequests(sentence.format(wait=_wait(seconds)), headers={"Retry-After": str(seconds)})


def network(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one IPv6 connection usually gets whole."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if ip.version == 6:
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def _storage(redis_url: str | None) -> MemoryStorage | RedisStorage:
    if redis_url is None:
        return MemoryStorage()
    # The library writes a socket's address in a way of its own, and takes any other for Valkey.
    address = f"redis+{redis_url}" if redis_url.startswith("unix:") else redis_url
    return RedisStorage(f"async+{address}", implementation="redispy")


def _secret(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _wait(seconds: int) -> str:
    if seconds < 90:
        return f"Wacht {seconds} seconden en probeer het dan opnieuw."
    return f"Wacht {math.ceil(seconds / 60)} minuten en probeer het dan opnieuw."
