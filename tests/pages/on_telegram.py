"""Somebody who uses Telegram beside the browsers of a test: the emulator of the Bot API in a thread of its own."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.api.channels.telegram.emulator import Emulator

LONGEST_SECONDS = 60.0


@dataclass
class OnTelegram:
    """One person's chat with the bot."""

    emulator: Emulator
    loop: asyncio.AbstractEventLoop
    chat: int = 777_000_111_222

    def says(self, text: str) -> None:
        """Types and sends."""
        self._do(lambda: self.emulator.says(self.chat, text))

    def presses(self, label: str) -> None:
        """Presses the newest button with this label, once it is there."""
        self._until(lambda: any(label in sent.labels for sent in self.emulator.chats[self.chat]), label)
        self._do(lambda: self.emulator.presses(self.chat, label))

    def hears(self, words: str | re.Pattern[str]) -> str:
        """Waits until a message holds these words; gives the newest that does."""

        def found() -> list[str]:
            return [text for text in self.emulator.texts(self.chat) if re.search(words, text)]

        self._until(found, words)
        return found()[-1]

    def blocks(self) -> None:
        """Wants nothing more to do with the bot."""
        self._do(lambda: self.emulator.blocks(self.chat))

    def _do(self, deed: Callable[[], object]) -> None:
        async def now() -> None:
            deed()

        asyncio.run_coroutine_threadsafe(now(), self.loop).result(LONGEST_SECONDS)

    def _until(self, happened: Callable[[], object], what: object) -> None:
        waiting = self.emulator.until(happened, LONGEST_SECONDS)
        try:
            asyncio.run_coroutine_threadsafe(waiting, self.loop).result(LONGEST_SECONDS + 5)
        except TimeoutError:
            heard = "\n--\n".join(self.emulator.texts(self.chat))
            raise AssertionError(f"never came: {what!r}\n{heard}") from None


@contextmanager
def running_telegram() -> Iterator[OnTelegram]:
    """A Telegram on a free port until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    emulator = Emulator()
    running = emulator.running()
    asyncio.run_coroutine_threadsafe(running.__aenter__(), loop).result(LONGEST_SECONDS)
    try:
        yield OnTelegram(emulator, loop)
    finally:
        asyncio.run_coroutine_threadsafe(running.__aexit__(None, None, None), loop).result(LONGEST_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(LONGEST_SECONDS)
        loop.close()
