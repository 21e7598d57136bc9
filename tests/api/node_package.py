"""Programs of others from npm that tests talk to, each in a folder with a lock file of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def installed(folder: Path, package: str) -> Path:
    """The folder with its package, installed by its lock file. Missing npm or network skips, but never in CI: there it must be."""
    if not (folder / "node_modules" / package).exists():
        npm = shutil.which("npm")
        done = npm and subprocess.run([npm, "ci", "--silent"], cwd=folder, check=False).returncode == 0
        if not done:
            if os.environ.get("CI"):
                pytest.fail(f"npm ci of {package} failed, and in CI it must not.")
            pytest.skip(f"npm ci of {package} failed: npm or the network is missing")
    return folder
