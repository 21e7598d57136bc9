"""Trains the assistant when its sources have changed, and not otherwise.

    .venv-assistant/bin/python -m bot.training FOLDER

The model is named after a hash of everything that goes into it, so an unchanged checkout finds the model it trained before.
Prints the path of the model on the last line.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Not the catalogue: its crisis rules are read when a model is loaded, and its sentences when they are said.
SOURCES = (
    "config.yml",
    "domain",
    "data",
    "bot/components",
    "bot/decision.py",
    "bot/evaluation/corpus.py",
    "bot/importer.py",
    "bot/language/build.py",
    "bot/meaning/build.py",
    "bot/meaning/encoder.py",
    "bot/meaning/weights.py",
    "organisation",
    "requirements/assistant.txt",
)
IGNORED = {".pyc"}
SIGN_OF_LIFE_SECONDS = 15
_STEP = re.compile(r"(Starting|Finished|Restored) .*?(?:component '([\w.]+)'|training)")


def source_files() -> Iterator[Path]:
    """Every file that decides what the model becomes, in a fixed order."""
    for source in SOURCES:
        path = ROOT / source
        found = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
        yield from sorted(file for file in found if file.suffix not in IGNORED)


def fingerprint() -> str:
    """Sixteen hexadecimal digits that change when any source does."""
    digest = hashlib.sha256()
    for file in source_files():
        digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def model_path(folder: Path) -> Path:
    """Where the model of the sources as they are now belongs."""
    return folder / f"voordeur-{fingerprint()}.tar.gz"


def _say_that_it_goes_on(started: float, ended: threading.Event) -> None:
    """A line now and then: reading the examples takes a minute or two without a word from Rasa."""
    while not ended.wait(SIGN_OF_LIFE_SECONDS):
        print(f"  {time.monotonic() - started:5.0f} s  still working", flush=True)


def train(folder: Path) -> Path:
    """The model in `folder`, trained now unless it is there. Raises `SystemExit` with Rasa's last lines when training fails."""
    wanted = model_path(folder)
    if wanted.exists():
        print(f"The assistant's model is up to date: {wanted.name}", flush=True)
        return wanted
    folder.mkdir(parents=True, exist_ok=True)
    print("Training the assistant: its sources have changed. This takes some minutes.", flush=True)
    started = time.monotonic()
    command = [
        sys.executable, "-m", "rasa", "train", "--config", "config.yml", "--domain", "domain", "--data", "data",
        "--out", str(folder), "--fixed-model-name", wanted.name.removesuffix(".tar.gz"),
        # `make check` has Rasa look for mistakes; here it would read all examples once more for it.
        "--skip-validation",
        # Rasa would bring back a component it trained before whenever the component's own file has not changed, whatever it imports has.
        "--force",
    ]  # fmt: skip
    environment = {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
    }
    lines: list[str] = []
    ended = threading.Event()
    threading.Thread(target=_say_that_it_goes_on, args=(started, ended), daemon=True).start()
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if step := _STEP.search(line):
                what = (step.group(2) or "training").rpartition(".")[2]
                print(f"  {time.monotonic() - started:5.0f} s  {step.group(1).lower()} {what}", flush=True)
    ended.set()
    if process.returncode != 0 or not wanted.exists():
        raise SystemExit(
            "".join(lines[-30:]) + "\nTraining failed. Mend what the lines above say and run the same command again."
        )
    print(f"  {time.monotonic() - started:5.0f} s  the model is ready", flush=True)
    return wanted


def main() -> None:
    """Trains into the folder given as the only argument."""
    if len(sys.argv) != 2:
        raise SystemExit("Say where models are kept: python -m bot.training FOLDER")
    print(train(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
