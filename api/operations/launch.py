"""`voordeur up`: trains when needed, migrates, loads demo people, starts all processes and stays in the foreground."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
from honcho.manager import SYSTEM_PRINTER_NAME, Manager
from honcho.printer import Message, Printer

from api.database import Database
from api.operations.migrate import migrate
from api.people.demo import load_demo_people
from api.privacy.keys import open_keys
from api.settings import ROOT, Settings, stored_secret
from organisation import CatalogueError, load_catalogue

ASSISTANT_PYTHON = ROOT / ".venv-assistant" / "bin" / "python"
LONGEST_START_SECONDS = 180


class CannotStart(Exception):
    """Why nothing was started, and what to do about it."""


class _RememberingPrinter(Printer):  # type: ignore[misc]
    """Prints what the processes say, and remembers which one ended first: the others end because of it."""

    first_ended: str | None = None

    def write(self, message: Message) -> None:
        """Prints one line."""
        if message.name == SYSTEM_PRINTER_NAME and " stopped (" in message.data and self.first_ended is None:
            self.first_ended = message.data.strip()
        super().write(message)


def launch(settings: Settings) -> int:
    """Starts everything; gives the exit code once everything has ended. Raises `CannotStart` with a sentence."""
    _check(settings)
    settings.data.mkdir(parents=True, exist_ok=True)
    model = _train(settings)
    password = _prepare(settings)
    printer = _RememberingPrinter(sys.stdout)
    manager = Manager(printer)
    environment = _environment(settings)
    for name, command in _commands(settings, model).items():
        manager.add_process(name, command, env=environment, cwd=str(ROOT))
    threading.Thread(target=_announce, args=(settings, password), daemon=True).start()
    manager.loop()
    return _explain(manager.returncode or 0, printer.first_ended)


def _check(settings: Settings) -> None:
    """All that can be wrong before anything is started."""
    if settings.production:
        raise CannotStart(
            "This command is for trying out: it makes demo people. For production read docs/production.md."
        )
    if not ASSISTANT_PYTHON.exists():
        raise CannotStart("The assistant's environment is missing. Run: make install")
    try:
        load_catalogue(settings.catalogue)
    except CatalogueError as error:
        raise CannotStart(f"The catalogue has mistakes. Mend these and start again:\n{error}") from error
    for number, what in ((settings.port, "website"), (settings.port + 1, "assistant"), (settings.port + 2, "actions")):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", number))
            except OSError as error:
                raise CannotStart(
                    f"Port {number} (for the {what}) is in use. Stop what uses it, or choose another: "
                    f"VOORDEUR_PORT={settings.port + 10} make run"
                ) from error


def _train(settings: Settings) -> Path:
    command = [str(ASSISTANT_PYTHON), "-m", "bot.training", str(settings.data / "models")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        last = ""
        for line in process.stdout:
            print(line, end="", flush=True)
            last = line.strip() or last
    if process.returncode != 0:
        raise CannotStart("The assistant could not be trained; the lines above say why.")
    return Path(last)


def _prepare(settings: Settings) -> str:
    """Migrates, and makes the demo people; gives their password."""
    migrate(settings.database_address)
    keys = settings.data / "keys"
    open_keys(settings)
    password = settings.demo_password or stored_secret(keys, "demo-password")
    asyncio.run(_load_people(settings, password))
    return password


async def _load_people(settings: Settings, password: str) -> None:
    database = Database(settings.database_address)
    async with database.write() as session:
        await load_demo_people(session, password)
    await database.close()


def _environment(settings: Settings) -> dict[str, str]:
    """What all processes are told: one address book and the tokens they share."""
    keys = settings.data / "keys"
    return {
        **os.environ,
        "VOORDEUR_PORT": str(settings.port),
        "VOORDEUR_DATA": str(settings.data),
        "VOORDEUR_CATALOGUE": str(settings.catalogue),
        "VOORDEUR_API_URL": f"http://127.0.0.1:{settings.port}",
        "VOORDEUR_ACTIONS_URL": settings.actions_address,
        "VOORDEUR_ASSISTANT_URL": settings.assistant_address,
        "VOORDEUR_TRACKER_DB": str(settings.data / "assistant.sqlite3"),
        "VOORDEUR_ASSISTANT_TOKEN": settings.assistant_token or stored_secret(keys, "assistant"),
        "VOORDEUR_SERVICE_TOKEN": settings.service_token or stored_secret(keys, "service"),
        "RASA_TELEMETRY_ENABLED": "false",
        "SANIC_HOST": "127.0.0.1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
    }


def _commands(settings: Settings, model: Path) -> dict[str, str]:
    return {
        "api": f"exec {sys.executable} -m uvicorn --factory api.app:serve --host 127.0.0.1 --port {settings.port}"
        " --no-proxy-headers --no-access-log --no-server-header --log-level warning --timeout-graceful-shutdown 2",
        "assistant": f"exec {ASSISTANT_PYTHON} -m bot.serve {model} {settings.port + 1}",
        "actions": f"exec {ASSISTANT_PYTHON} -m rasa_sdk --actions actions --port {settings.port + 2} --quiet",
    }


def _announce(settings: Settings, password: str) -> None:
    """Says where everything is, once a resident can be helped; ends everything when that never comes."""
    address = f"http://127.0.0.1:{settings.port}"
    deadline = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/readyz", timeout=5).status_code == 200:
                break
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    else:
        print(f"Not ready after {LONGEST_START_SECONDS} seconds: look at {address}/readyz. Stopping.", flush=True)
        os.kill(os.getpid(), signal.SIGTERM)
        return
    lines = (
        "",
        "Voordeur is open.",
        f"  website with the chat    {address}/",
        f"  chat on a page           {address}/chat",
        f"  workspace                {address}/werk",
        f"  API documentation        {address}/api/docs",
        "  demo people              demo.gemert@voordeur.example, demo.best@voordeur.example, coordinator@voordeur.example,",
        "                           privacy@voordeur.example, admin@voordeur.example",
        f"  their password           {password}",
        "Ctrl-C ends everything.",
        "",
    )
    print("\n".join(lines), flush=True)


def _explain(code: int, first_ended: str | None) -> int:
    """Says in a sentence why everything ended; gives the exit code."""
    if code in (130, 143):
        print("Stopped, because you asked for it.", flush=True)
        return 0
    print(
        f"Stopped everything, because one process ended by itself: {first_ended}. Its last lines are above.", flush=True
    )
    return 1
