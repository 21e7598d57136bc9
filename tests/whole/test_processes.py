"""All processes live and die together, and whoever looks at the screen knows why."""

import re
import signal
from collections.abc import Iterator
from os import kill
from pathlib import Path

import httpx
import pytest

from tests.whole.conftest import PASSWORD, Started, start, stop


def pids(printed: str) -> dict[str, int]:
    """Name to process id, as the runner printed them."""
    return {name: int(pid) for name, pid in re.findall(r"(\w+) started \(pid=(\d+)\)", printed)}


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """A Voordeur of this test's own, ended whatever the test finds."""
    started = start(tmp_path)
    yield started
    if started.process.poll() is None:
        stop(started)


def test_death_of_one_ends_all_with_the_reason(started: Started) -> None:
    kill(pids(started.printed)["actions"], signal.SIGKILL)
    assert started.process.wait(30) == 1
    assert "one process ended by itself: actions stopped (rc=-9)" in started.printed
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{started.address}/healthz")


def test_start_says_where_everything_is_and_ctrl_c_ends_it(started: Started) -> None:
    for line in ("Voordeur is open.", f"{started.address}/werk", "demo.gemert@voordeur.example", PASSWORD):
        assert line in started.printed
    assert stop(started) == 0
    assert "because you asked for it" in started.printed
