"""The `voordeur` command: what it says, what it answers, and in which words it refuses."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.operations import launch as launching
from api.operations.cli import app
from api.operations.launch import CannotStart, launch
from api.settings import ROOT, Settings

DEMO = ROOT / "catalogue" / "demo"
ADD = ["user", "add", "nieuw@voordeur.example", "Nieuw Iemand"]
Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in an installation of its own."""
    monkeypatch.setenv("VOORDEUR_DATA", str(settings.data))

    def command(*arguments: str, says: str | bytes | None = None) -> Result:
        return CliRunner(env={"COLUMNS": "200"}).invoke(app, list(arguments), input=says)

    return command


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A catalogue with two mistakes."""
    folder = Path(shutil.copytree(DEMO, tmp_path / "broken"))
    (folder / "helplines.yml").unlink()
    areas = folder / "areas.yml"
    areas.write_text(areas.read_text(encoding="utf-8").replace("team: best", "team: nergens"), encoding="utf-8")
    return folder


def people(settings: Settings) -> list[tuple[str, str, str | None]]:
    with sqlite3.connect(settings.data / "voordeur.sqlite3") as connection:
        return connection.execute("SELECT email, role, team FROM people").fetchall()


def test_help_names_every_command(run: Run) -> None:
    for arguments, commands in (
        (["--help"], ["up", "migrate", "openapi", "redact", "triage", "user", "catalogue", "audit"]),
        (["user", "--help"], ["add"]),
        (["catalogue", "--help"], ["check"]),
        (["audit", "--help"], ["verify"]),
    ):
        result = run(*arguments)
        assert result.exit_code == 0
        assert [command for command in commands if f" {command} " not in result.output] == []


def test_sound_catalogue_is_counted(run: Run) -> None:
    for arguments in ([], [str(DEMO)]):
        result = run("catalogue", "check", *arguments)
        assert result.exit_code == 0
        assert f"{DEMO} is in order: 15 services, 3 areas, 4 help lines." in result.stdout


def test_broken_catalogue_is_told_mistake_by_mistake(run: Run, broken: Path) -> None:
    result = run("catalogue", "check", str(broken))
    assert result.exit_code == 1
    missing, team = result.stderr.strip().splitlines()
    assert missing.startswith(f"{broken / 'helplines.yml'}: this file is missing")
    assert team.startswith(f"{broken / 'areas.yml'}:")
    assert "'nergens'" in team
    assert result.stdout == ""


def test_catalogue_of_the_environment_is_the_one_that_is_checked(
    run: Run, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOORDEUR_CATALOGUE", str(broken))
    assert run("catalogue", "check").exit_code == 1


def test_added_person_is_there(run: Run, settings: Settings) -> None:
    result = run(*ADD, "professional", "--team", "gemert", "--password", "lang genoeg wachtwoord")
    assert result.exit_code == 0, result.output
    assert people(settings) == [("nieuw@voordeur.example", "professional", "gemert")]


def test_password_is_asked_for_twice_and_not_shown(run: Run, settings: Settings) -> None:
    secret = "lang genoeg wachtwoord"
    result = run(*ADD, "coordinator", says=f"{secret}\n{secret}\n")
    assert result.exit_code == 0, result.output
    assert secret not in result.output
    assert len(people(settings)) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["professional", "--team", "gemert", "--password", "kort"], "at least 12 characters"),
        (["professional", "--team", "nergens", "--password", "lang genoeg wachtwoord"], "gemert, best, son"),
        (["professional", "--password", "lang genoeg wachtwoord"], "--team"),
        (["coordinator", "--team", "gemert", "--password", "lang genoeg wachtwoord"], "--team"),
        (["koning", "--password", "lang genoeg wachtwoord"], "professional"),
    ],
    ids=["short password", "unknown team", "professional without team", "coordinator with a team", "unknown role"],
)
def test_person_that_cannot_be_is_refused_with_what_can(
    run: Run, settings: Settings, arguments: list[str], words: str
) -> None:
    result = run(*ADD, *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.output
    assert people(settings) == []


def test_same_address_twice_is_refused(run: Run, settings: Settings) -> None:
    arguments = [*ADD, "coordinator", "--password", "lang genoeg wachtwoord"]
    assert run(*arguments).exit_code == 0
    result = run(*arguments)
    assert result.exit_code == 2
    assert "is there already" in result.stderr
    assert len(people(settings)) == 1


def test_migrate_makes_the_database(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOORDEUR_DATA", str(tmp_path / "new" / "folder"))
    for _ in range(2):
        assert run("migrate").exit_code == 0
    assert (tmp_path / "new" / "folder" / "voordeur.sqlite3").exists()


def redacted(run: Run, says: str | bytes) -> list[dict[str, object]]:
    result = run("redact", says=says)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout_bytes.decode("utf-8").split("\n")[:-1]]


def test_redact_answers_line_by_line_in_order(run: Run) -> None:
    lines = ["bel 06-12345678", "niets bijzonders", "", "mail jan@inwoner.example", "bsn 111222333"]
    answers = redacted(run, "\n".join(lines) + "\n")
    assert [answer["text"] for answer in answers] == [
        "bel ⟨telefoon-1⟩",
        "niets bijzonders",
        "",
        "mail ⟨email-1⟩",
        "bsn [BSN weggehaald]",
    ]
    assert answers[0]["found"] == [{"type": "phone", "value": "06-12345678"}]
    assert answers[1]["found"] == []


def test_redact_reads_json_lines_too(run: Run) -> None:
    lines = [
        '{"text": "bel 06-12345678", "id": 7}',
        '{"text": "twee\\nregels 0492 123456"}',
        '{"tekst": "06-12345678"}',
        '{"text": 3}',
        "{geen json} 06-12345678",
        "{",
        "[1, 2]",
    ]
    answers = redacted(run, "\n".join(lines))
    assert [answer["text"] for answer in answers] == [
        "bel ⟨telefoon-1⟩",
        "twee\nregels ⟨telefoon-1⟩",
        '{"tekst": "⟨telefoon-1⟩"}',
        '{"text": 3}',
        "{geen json} ⟨telefoon-1⟩",
        "{",
        "[1, 2]",
    ]


@pytest.mark.parametrize(
    "junk",
    [
        bytes(range(256)).replace(b"\n", b""),
        b"\xff\xfe\x00\x00 06-12345678",
        b"\x00" * 50,
        b'{"text": "half \\ud800 teken"}',
        b'{"text": ' + b"[" * 100_000,
        b'{"a":' * 50_000,
        "⟨telefoon-1⟩ \u2028 \x85 \x0c 🙈".encode(),
        b"a" * 200_000,
        b"\r",
    ],
    ids=[
        "all bytes",
        "UTF-16",
        "zeros",
        "half a sign",
        "deep list",
        "deep object",
        "odd line ends",
        "very long",
        "return",
    ],
)
def test_redact_survives_anything_and_still_answers_one_line_each(run: Run, junk: bytes) -> None:
    answers = redacted(run, junk + b"\nbel 06-12345678\n")
    assert len(answers) == 2
    assert answers[1]["text"] == "bel ⟨telefoon-1⟩"


def test_redact_of_nothing_is_nothing(run: Run) -> None:
    assert redacted(run, "") == []


def test_openapi_is_json_and_only_that(run: Run) -> None:
    result = run("openapi")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["info"]["title"] == "Voordeur"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the assistant's environment is there, and nothing after the checks is to happen."""
    monkeypatch.setattr(launching, "ASSISTANT_PYTHON", Path(sys.executable))
    monkeypatch.setattr(launching, "_train", lambda _: pytest.fail("the checks should have stopped this"))


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(("before", "what"), [(0, "website"), (1, "assistant"), (2, "actions")])
def test_port_in_use_is_told_with_another_to_try(settings: Settings, taken: int, before: int, what: str) -> None:
    port = taken - before
    with pytest.raises(CannotStart) as caught:
        launch(settings.model_copy(update={"port": port}))
    assert str(caught.value).startswith(f"Port {taken} (for the {what}) is in use.")
    assert f"VOORDEUR_PORT={port + 10} make run" in str(caught.value)


@pytest.mark.usefixtures("installed")
def test_broken_catalogue_stops_the_start(settings: Settings, broken: Path) -> None:
    with pytest.raises(CannotStart) as caught:
        launch(settings.model_copy(update={"catalogue": broken}))
    assert "The catalogue has mistakes. Mend these and start again:\n" in str(caught.value)
    assert "'nergens'" in str(caught.value)


def test_missing_environment_of_the_assistant_is_told(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launching, "ASSISTANT_PYTHON", tmp_path / "python")
    with pytest.raises(CannotStart, match="make install"):
        launch(settings)


@pytest.mark.usefixtures("installed")
def test_demo_does_not_start_in_production(settings: Settings) -> None:
    with pytest.raises(CannotStart, match="demo people"):
        launch(settings.model_copy(update={"env": "production"}))


@pytest.mark.usefixtures("installed")
def test_up_says_why_it_cannot_start(run: Run, broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOORDEUR_CATALOGUE", str(broken))
    result = run("up")
    assert result.exit_code == 1
    assert result.stderr.startswith("Cannot start. The catalogue has mistakes.")
    assert "Traceback" not in result.output


def test_audit_log_is_verified_and_its_end_can_be_kept_elsewhere(run: Run, settings: Settings) -> None:
    empty = f"0:{'0' * 64}"
    result = run("audit", "verify")
    assert (result.exit_code, result.stdout.split()[-1]) == (0, empty)
    assert run("audit", "verify", "--expect", empty).exit_code == 0
    assert run("audit", "verify", "--expect", "nothing").exit_code == 2
    with sqlite3.connect(settings.data / "voordeur.sqlite3") as connection:
        connection.execute("UPDATE audit_head SET seq = 7")
    result = run("audit", "verify")
    assert result.exit_code == 1
    assert "should at 7" in result.stderr
