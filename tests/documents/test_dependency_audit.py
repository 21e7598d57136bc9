"""`make check` fails on an advisory that nobody explained, and says what it could not check."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.settings import ROOT

# As OSV answers (https://google.github.io/osv.dev/post-v1-query/), cut down to what is read.
FAULT = {
    "schema_version": "1.6.0",
    "id": "GHSA-aaaa-bbbb-cccc",
    "aliases": ["CVE-2099-0001"],
    "summary": "A recorded answer, about a package that is in the lock file.",
    "affected": [{"package": {"name": "jinja2", "ecosystem": "PyPI"}, "ranges": []}],
}
LOCK, FOLDER = "requirements/service.txt", "tests/api/people/second_sign_in"
EXPLAINED = {"id": "CVE-2099-0001", "package": "jinja2", "why": "only for this test"}


class Service(BaseHTTPRequestHandler):
    """OSV and npm's registry, as far as they are asked for advisories."""

    faults: list[dict[str, Any]]
    npm_faults: dict[str, Any] = {}  # noqa: RUF012  replaced as a whole by tests

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"] or 0))
        answer: dict[str, Any] = {}
        if self.path == "/v1/query" and json.loads(asked)["package"]["name"] == "jinja2" and self.faults:
            answer = {"vulns": self.faults}
        elif self.path.endswith("/advisories/bulk"):
            answer = self.npm_faults
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  the name is the library's
        """Nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    """An advisory service on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def audit(address: str, known: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs the command as `make check` does, with this service."""
    environment = {name: value for name, value in os.environ.items() if name != "VOORDEUR_AUDIT"} | more
    environment |= {
        "VOORDEUR_OSV_URL": f"{address}/v1/query",
        "VOORDEUR_NPM_REGISTRY": f"{address}/",
        "VOORDEUR_ADVISORIES": str(known),
        "npm_config_fetch_retries": "0",
    }
    command = [sys.executable, "deploy/audit.py", LOCK, FOLDER]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def listed(folder: Path, *lines: dict[str, Any]) -> Path:
    path = folder / "advisories.yml"
    path.write_text(yaml.safe_dump(list(lines)), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("faults", "known", "code", "said"),
    [
        ([], [], 0, "0 advisories"),
        ([FAULT], [], 1, "not explained"),
        ([FAULT], [{**EXPLAINED, "until": date(2999, 1, 1)}], 0, "1 advisories"),
        ([FAULT], [{**EXPLAINED, "until": date(2020, 1, 1)}], 1, "look again"),
        ([FAULT], [{**EXPLAINED, "package": "another", "until": date(2999, 1, 1)}], 1, "not explained"),
    ],
    ids=["nothing known", "unknown fault", "explained", "explained too long ago", "explained for another package"],
)
def test_advisory_that_nobody_explained_fails(
    service: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    faults: list[dict[str, Any]],
    known: list[dict[str, Any]],
    code: int,
    said: str,
) -> None:
    monkeypatch.setattr(Service, "faults", faults, raising=False)
    done = audit(service, listed(tmp_path, *known), VOORDEUR_AUDIT="required")
    assert done.returncode == code, done.stdout + done.stderr
    assert said in done.stdout
    assert "not checked" not in done.stdout


def test_advisory_about_a_package_of_npm_fails_too(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = {"id": 1, "url": "https://github.com/advisories/GHSA-dddd-eeee-ffff", "title": "x", "severity": "low"}
    monkeypatch.setattr(Service, "faults", [], raising=False)
    monkeypatch.setattr(Service, "npm_faults", {"oidc-provider": [{**fault, "vulnerable_versions": "*"}]})
    done = audit(service, listed(tmp_path))
    assert (done.returncode, "GHSA-dddd-eeee-ffff" in done.stdout) == (1, True), done.stdout
    explained = {"id": "GHSA-dddd-eeee-ffff", "package": "oidc-provider", "why": "x", "until": date(2999, 1, 1)}
    assert audit(service, listed(tmp_path, explained)).returncode == 0


def test_service_that_is_not_there_is_said_and_fails_where_it_must_be_there(tmp_path: Path) -> None:
    nobody = "http://127.0.0.1:9"
    done = audit(nobody, listed(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not checked: requirements/service.txt" in done.stdout
    assert f"not checked: {FOLDER}" in done.stdout
    assert audit(nobody, listed(tmp_path), VOORDEUR_AUDIT="required").returncode == 1


def test_every_explanation_has_a_reason_a_day_and_a_package_that_we_use() -> None:
    locked = "".join((ROOT / "requirements" / f"{name}.txt").read_text() for name in ("service", "assistant"))
    for line in yaml.safe_load((ROOT / "deploy" / "advisories.yml").read_text(encoding="utf-8")):
        assert set(line) == {"id", "package", "until", "why"}
        assert isinstance(line["until"], date)
        assert len(line["why"]) > 30
        assert f"\n{line['package']}==" in locked, f"{line['package']} is not used any more: take {line['id']} out"
