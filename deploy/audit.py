"""Asks the advisory services about every package of the lock files. Usage: .venv/bin/python deploy/audit.py [lock file or folder ...]

Python by pip-audit (OSV), JavaScript by `npm audit`. What advisories.yml lists with a reason passes until its day; all else fails.
Where a service cannot be reached it says what was not checked and passes, unless VOORDEUR_AUDIT=required: set that where the internet is.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

ROOT = Path(__file__).resolve().parent.parent
KNOWN = Path(os.environ.get("VOORDEUR_ADVISORIES", ROOT / "deploy" / "advisories.yml"))
OSV = os.environ.get("VOORDEUR_OSV_URL", "https://api.osv.dev/v1/query")
NPM = os.environ.get("VOORDEUR_NPM_REGISTRY")  # none: the one npm is set to
PYTHON = ["requirements/service.txt", "requirements/assistant.txt"]
JAVASCRIPT = [
    "web",
    "deploy/api_rules",
    "tests/api/channels/telegram/second_telegram",
    "tests/api/people/second_sign_in",
]
SECONDS = 5


class NotReached(Exception):
    """The advisory service does not answer."""


@dataclass(frozen=True)
class Advisory:
    """One known fault of one package, under all its names."""

    where: str
    package: str
    version: str
    ids: frozenset[str]

    def __str__(self) -> str:
        return f"{self.package} {self.version} ({self.where}): {', '.join(sorted(self.ids))}"


def python_packages(lock: str) -> list[Advisory]:
    """What OSV knows of the packages of one lock file. Raises `NotReached`."""
    try:
        probe = {"version": "1", "package": {"name": "pip", "ecosystem": "PyPI"}}
        httpx.post(OSV, json=probe, timeout=SECONDS).raise_for_status()
    except httpx.HTTPError as error:
        raise NotReached(OSV) from error
    command = [sys.executable, "-m", "pip_audit", "-r", lock, "--require-hashes", "--disable-pip", "-s", "osv"]
    command += ["--osv-url", OSV, "-f", "json", "--progress-spinner", "off"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        raise NotReached(done.stderr.strip()[-300:]) from None
    return [
        Advisory(lock, found["name"], found["version"], frozenset({fault["id"], *fault["aliases"]}))
        for found in packages
        for fault in found.get("vulns", [])
    ]


def javascript_packages(folder: str) -> list[Advisory]:
    """What npm knows of the packages of one lock file. Raises `NotReached`."""
    command = ["npm", "audit", "--json", "--package-lock-only", "--audit=true", *([f"--registry={NPM}"] if NPM else [])]
    done = subprocess.run(command, cwd=ROOT / folder, capture_output=True, text=True, check=False)
    try:
        answer = json.loads(done.stdout)
        faults = answer["vulnerabilities"]
    except (ValueError, KeyError):
        raise NotReached(NPM or "npm") from None
    return [
        Advisory(folder, via["name"], via.get("range", ""), frozenset({via["url"].rpartition("/")[2]}))
        for fault in faults.values()
        for via in fault["via"]
        if isinstance(via, dict)
    ]


def judge(found: list[Advisory], known: list[dict[str, Any]], today: dt.date) -> list[str]:
    """What has to be looked at: advisories that nobody explained, and explanations that are past their day."""
    wrong = []
    for advisory in found:
        explained = [line for line in known if line["id"] in advisory.ids and line["package"] == advisory.package]
        if not explained:
            wrong.append(f"{advisory}: not explained in {KNOWN.name}")
        elif max(line["until"] for line in explained) < today:
            wrong.append(f"{advisory}: looked at until {explained[0]['until']}; look again")
    return wrong


def main() -> int:
    """0 when nothing is wrong."""
    found: list[Advisory] = []
    unchecked = 0
    for ask, places in ((python_packages, PYTHON), (javascript_packages, JAVASCRIPT)):
        for place in [place for place in places if not sys.argv[1:] or place in sys.argv[1:]]:
            try:
                advisories = ask(place)
            except NotReached as error:
                unchecked += 1
                print(f"not checked: {place}: the advisory service does not answer ({error})")
                continue
            print(f"checked: {place}: {len(advisories)} advisories")
            found += advisories
    known = yaml.safe_load(KNOWN.read_text(encoding="utf-8")) or []
    wrong = judge(found, known, dt.datetime.now(tz=dt.UTC).date())
    for sentence in wrong:
        print(sentence)
    if unchecked and os.environ.get("VOORDEUR_AUDIT") == "required":
        print("VOORDEUR_AUDIT=required: what was not checked fails.")
        return 1
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
