"""Databases for tests: a SQLite file, or a PostgreSQL of our own that is thrown away afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SQLITE, POSTGRESQL = "sqlite", "postgresql"
DEBIAN = Path("/usr/lib/postgresql")

both_databases = pytest.mark.parametrize("database_kind", [SQLITE, POSTGRESQL])
"""Marks a test that must hold on both databases."""


class PostgreSQL:
    """A cluster that listens on a socket in its own folder only: nobody else's port, nobody else's data."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder = folder
        self._programs = programs

    def address(self, name: str) -> str:
        """The SQLAlchemy address of one database."""
        return f"postgresql+asyncpg://postgres@/{name}?host={self._folder}"

    def create(self, name: str, template: str = "template1") -> None:
        """A new database; a copy of `template` takes milliseconds, its migrations would take a second."""
        self._ask(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def drop(self, name: str) -> None:
        """Removes a database, whoever is still connected."""
        self._ask(f'DROP DATABASE "{name}" WITH (FORCE)')

    def cut_connections(self, application: str) -> None:
        """Ends the connections of one application, as a restart of the server would."""
        self._ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{application}'")

    def _ask(self, sql: str) -> None:
        command: list[str | Path] = [
            self._programs / "psql",
            "-h",
            self._folder,
            "-U",
            "postgres",
            "-d",
            "postgres",
            "-qtAc",
            sql,
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def postgresql_programs() -> Path | None:
    """The folder with `initdb` and the others, the newest that is installed."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def running_postgresql() -> Iterator[PostgreSQL]:
    """Starts a cluster and removes it. Skips where PostgreSQL is not installed, but never in CI: there it must be."""
    programs = postgresql_programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed, and in CI it must be (Debian: apt install postgresql).")
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    with tempfile.TemporaryDirectory(prefix="voordeur-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        # PostgreSQL refuses to run as root, so root's tests start it as the user its package made.
        user = "postgres" if os.geteuid() == 0 else None
        if user is not None:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        data = folder / "data"

        def run(*command: str | Path) -> None:
            subprocess.run(command, user=user, check=True, stdout=subprocess.DEVNULL, cwd=folder)

        run(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8")
        # A test's database need not outlive a power cut.
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=200"
        run(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield PostgreSQL(folder, programs)
        finally:
            run(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
