"""A real OpenID Connect provider (npm oidc-provider) as a process of its own, and browsers that go there and back."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpx

from tests.api.node_package import installed

HERE = Path(__file__).parent / "second_sign_in"
CLIENT_ID, CLIENT_SECRET = "voordeur", "a secret of the tests: with/signs"
START = "/werk/inloggen/werkaccount"
BACK = f"{START}/terug"
TWO_STEPS = "urn:voordeur:two-steps"


class WorkAccounts:
    """The organisation's own sign-in. It can be told things about accounts, and it can be stopped."""

    def __init__(self, home: str, host: str, port: int, amr: str) -> None:
        node = shutil.which("node")
        assert node is not None
        self.address = f"http://{host}:{port}"
        command = [node, "server.mjs", self.address, f"{home}{BACK}", amr]
        folder = installed(HERE, "oidc-provider")
        self._process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._wait_for("ready")

    def tell(self, *words: str) -> None:
        """`unverified ACCOUNT` or `renamed ACCOUNT NAME`."""
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(words) + "\n")
        self._process.stdin.flush()
        self._wait_for("done")

    def stop(self) -> None:
        """Nobody answers at this address any more."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        self._process.wait(60)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _wait_for(self, word: str) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip() == word:
                return
        raise AssertionError(f"the provider ended before it said {word!r}")


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def work_accounts(
    home: str, *, amr: str = "", host: str = "127.0.0.1", port: int | None = None
) -> Iterator[WorkAccounts]:
    """A provider that knows our service at `home`, until the block ends. `amr`: what it says of how somebody proved who they are."""
    running = WorkAccounts(home, host, port or free_port(), amr)
    try:
        yield running
    finally:
        running.stop()


class AtProvider:
    """The browser of one person, as far as the provider sees it."""

    def __init__(self) -> None:
        self._browser = httpx.AsyncClient(timeout=60)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._browser.aclose()

    async def sign_in(self, address: str, account: str) -> str:
        """Follows our redirect, says who it is, and gives the address with which the provider sends the browser back to us."""
        answer = await self._browser.get(address)
        while answer.is_redirect:
            following = urljoin(str(answer.url), answer.headers["Location"])
            if BACK in following:
                return following
            answer = await self._browser.get(following)
            if "<form" in answer.text:
                answer = await self._browser.post(str(answer.url), data={"login": account})
        raise AssertionError(f"the provider answers {answer.status_code}: {answer.text[:300]}")

    async def get(self, address: str) -> httpx.Response:
        """Any page of the provider."""
        return await self._browser.get(address)
