"""A Voordeur of our own to measure: real processes on free ports, a new database, the model that is there."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from api.settings import ROOT

MODELS = ROOT / ".voordeur" / "models"
PASSWORD = "a password for measuring"  # noqa: S105  of an installation that lives for minutes, on this machine only
LONGEST_START_SECONDS = 900
# What is measured is the service, not how it refuses a flooder.
NO_LIMITS = {
    f"VOORDEUR_LIMIT_{name}": "1000000/minute"
    for name in (
        "MESSAGES_PER_CONVERSATION",
        "MESSAGES_PER_ADDRESS",
        "CONVERSATIONS_PER_ADDRESS",
        "REQUESTS_PER_INSTALLATION",
    )
}


@dataclass(frozen=True)
class Installation:
    """Where a running Voordeur is, and where it keeps its things."""

    port: int
    data: Path

    @property
    def address(self) -> str:
        """The api."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def assistant_address(self) -> str:
        """Rasa."""
        return f"http://127.0.0.1:{self.port + 1}"

    def secret(self, name: str) -> str:
        """A token of this installation: `assistant` or `service`."""
        return (self.data / "keys" / name).read_text(encoding="ascii").strip()

    def wait_until_ready(self) -> None:
        """Returns when a resident can be helped. Raises `TimeoutError`."""
        deadline = time.monotonic() + LONGEST_START_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.25)
        raise TimeoutError("Voordeur did not start")


@contextmanager
def new_installation() -> Iterator[tuple[Installation, dict[str, str]]]:
    """A data folder with the trained model, free ports, and the environment that says so. Nothing runs yet."""
    data = Path(tempfile.mkdtemp(prefix="voordeur-measured-"))
    MODELS.mkdir(parents=True, exist_ok=True)
    (data / "models").symlink_to(MODELS.resolve())
    here = Installation(three_free_ports(), data)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("VOORDEUR_")},
        **NO_LIMITS,
        "VOORDEUR_PORT": str(here.port),
        "VOORDEUR_DATA": str(data),
        "VOORDEUR_DEMO_PASSWORD": PASSWORD,
    }
    try:
        yield here, environment
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def running() -> Iterator[Installation]:
    """`voordeur up`, until the block ends."""
    with new_installation() as (here, environment), (here.data / "output.txt").open("w") as output:
        command = [str(Path(sys.executable).with_name("voordeur")), "up"]
        process = subprocess.Popen(  # noqa: S603  our own program
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            here.wait_until_ready()
            yield here
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def process_on(port: int, program: str) -> int:
    """The id of our process that was started with this program and port."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            if program in words and str(port) in words:
                return int(entry.name)
    raise LookupError(f"{program} does not run on port {port}")


def memory_and_cpu(process: int) -> tuple[float, float]:
    """Resident memory in MB and processor seconds used so far (Linux)."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6, ticks / os.sysconf("SC_CLK_TCK")


def three_free_ports() -> int:
    """The first of three ports in a row that nobody uses, below those a system gives to outgoing connections: these come and go."""
    while True:
        first = random.randrange(20_000, 32_000)  # noqa: S311  nothing is secret about a port
        if all(_free(first + more) for more in range(3)):
            return first


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
