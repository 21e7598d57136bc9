"""Everything about conversations must hold on both databases."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.databases import POSTGRESQL, SQLITE


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Runs each test of this folder once on every database."""
    kind: str = request.param
    return kind


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """The address of a Redis of our own, on a socket in its own folder."""
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("Redis is not installed, and in CI it must be (Debian: apt install redis-server).")
        pytest.skip("Redis is not installed (Debian: apt install redis-server)")
    socket = tmp_path / "redis.sock"
    process = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", tmp_path, "--daemonize", "no"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "accept connections" in line:
            break
    yield f"unix://{socket}"
    process.terminate()
    process.communicate()
