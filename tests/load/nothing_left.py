"""Fifty conversations full of personal data with the real assistant; then nothing of it is found, and after erasing nothing at all.

    .venv/bin/python -m tests.load.nothing_left

Residents say who they are in every way and ask for help, until they have a reference. Meanwhile the keys are replaced by
`voordeur keys rotate`. Then every file of the installation is searched: the database and its dump, the assistant's memory and its dump,
and all that the three processes printed. Then all but five are erased: by the resident, by the one who helps, and by `voordeur erase`;
and all is searched and counted again. Not a test of the suite: it needs a trained model and some minutes. `--keep-memory-file PATH`
copies the assistant's memory before the erasing, for who wants to look.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from api.settings import ROOT
from bench.running import Installation, new_installation
from tests.api.privacy.test_fifty_conversations import person
from tests.pages.house import Desk
from tests.whole.residents import Resident

RESIDENTS, AT_ONCE, KEPT, LONGEST = 50, 4, 5, 16
PASSWORD = "a password for measuring"
VOORDEUR = str(ROOT / ".venv" / "bin" / "voordeur")
HELPER = "by the one who helps"
WAYS = ("by the resident", HELPER, "by the command")
PREFERRED = ("Ja, dat klopt", "Dat weet ik niet", "Ja, dat is goed", "Maakt niet uit", "Dit klopt")


@dataclass
class Story:
    """One resident: who it is, a word that nobody else says, and the reference in the end."""

    number: int
    resident: Resident
    reference: str = ""
    turns: int = 0
    seconds: list[tuple[float, float]] = field(default_factory=list)

    @property
    def who(self) -> dict[str, str]:
        return person(self.number)

    @property
    def word(self) -> str:
        """Part of the story, and no identifier: the assistant's memory holds it until it is erased."""
        letters = "".join(chr(ord("a") + int(digit)) for digit in f"{self.number:02d}")
        return f"kwikstaart{letters}veld"

    def timed(self, text: str, *, button: bool = False) -> None:
        began = time.monotonic()
        if button:
            self.resident.press(text)
        else:
            self.resident.say(text)
        self.turns += 1
        self.seconds.append((began, time.monotonic() - began))


def tell(here: Installation, number: int) -> Story:
    """From the first words to a reference; what the assistant asks is answered as one does."""
    client = httpx.Client(base_url=here.address, timeout=120)
    story = Story(number, Resident.arrive(client))
    who = story.who
    story.timed(
        f"Ik heet {who['name']}, bsn {who['bsn']}. Ik kan de huur niet betalen, ik zit bij {story.word} in de schulden"
    )
    answers = [
        f"ik ben geboren op {who['born']}, bel {who['phone']} of mail {who['email']}",
        f"mijn rekening is {who['iban']} en ik woon op {who['street']}, 5421 {who['letters']} Gemert, kenteken {who['plate']}",
    ]
    while story.turns < LONGEST:
        found = story.resident.intake()
        if found is not None:
            story.reference = found["reference"]
            break
        offered = [choice["label"] for message in story.resident.answer for choice in message["choices"]]
        heard = story.resident.heard
        if answers and story.turns < 3:
            story.timed(answers.pop(0))
        elif "noemen" in heard and not offered:
            story.timed(who["name"])
        elif "bereiken" in heard:
            story.timed(f"{who['phone']} of {who['email']}")
        elif "woon" in heard and not offered:
            story.timed("Gemert")
        elif offered:
            story.timed(next((label for label in PREFERRED if label in offered), offered[0]), button=True)
        else:
            story.timed("een mens alsjeblieft")
    feedback = {"score": 5, "text": f"dank u, {who['name']} van {who['street']}"}
    address = f"/api/v1/conversations/{story.resident.id}/feedback"
    client.post(address, headers={"Authorization": f"Bearer {story.resident.token}"}, json=feedback).raise_for_status()
    return story


def searched(here: Installation, output: Path) -> dict[str, bytes]:
    """Every place where something could be left, as bytes."""
    places = {"what was printed": output.read_bytes()}
    for name in ("voordeur", "assistant"):
        files = sorted(here.data.glob(f"{name}.sqlite3*"))
        places[f"{name}.sqlite3 (bytes)"] = b"".join(file.read_bytes() for file in files)
        with sqlite3.connect(f"file:{files[0]}?mode=ro", uri=True) as database:
            places[f"{name}.sqlite3 (dump)"] = "\n".join(database.iterdump()).encode()
    known = {*here.data.glob("*.sqlite3*"), output}
    others = [
        file for file in here.data.rglob("*") if file.is_file() and file not in known and "models" not in file.parts
    ]
    places["other files"] = b"".join(file.read_bytes() for file in others)
    places["corrections export"] = command(here, "corrections", "export").stdout.encode()
    return places


def rows(here: Installation) -> Counter[str]:
    """How much there is of residents, table by table."""
    counted: Counter[str] = Counter()
    for name in ("voordeur", "assistant"):
        with sqlite3.connect(f"file:{here.data / name}.sqlite3?mode=ro", uri=True) as database:
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                counted[f"{name}.{table}"] = database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
    return counted


def command(here: Installation, *words: str) -> subprocess.CompletedProcess[str]:
    """One `voordeur` command of this installation."""
    environment = {**os.environ, "VOORDEUR_DATA": str(here.data), "VOORDEUR_PORT": str(here.port)}
    return subprocess.run([VOORDEUR, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def say(*words: object) -> None:
    print(*words, flush=True)


def report(here: Installation, output: Path, stories: list[Story]) -> int:
    """Says what was found where; gives how many identifiers."""
    identifiers = [value for story in stories for value in story.who.values() if len(value) > 2]
    left = 0
    for place, content in searched(here, output).items():
        found = [value for value in identifiers if value.encode() in content]
        words = sum(story.word.encode() in content for story in stories)
        left += len(found)
        say(
            f"  {place:28} {len(content):>10} bytes  {len(found)} of {len(identifiers)} identifiers  {words} of {len(stories)} stories"
        )
        for value in found[:5]:
            say(f"    found: {value!r}")
    return left


def professional(here: Installation) -> Desk:
    client = httpx.Client(base_url=f"{here.address}/api/v1", timeout=60)
    account = {"email": "demo.gemert@voordeur.example", "password": PASSWORD}
    client.headers["X-CSRF-Token"] = client.post("/sessions", json=account).raise_for_status().json()["csrfToken"]
    return Desk(client)


def intake_of(here: Installation, reference: str) -> str:
    """The id of an intake."""
    return str(uuid.UUID(one(here, "SELECT id FROM intakes WHERE reference = ?", reference)))


def at_hand(here: Installation, reference: str) -> bool:
    """Whether the professional of Gemert can pick it up."""
    found = one(here, "SELECT team || ' ' || status FROM intakes WHERE reference = ?", reference)
    return found == "gemert new"


def one(here: Installation, question: str, *values: str) -> str:
    with sqlite3.connect(f"file:{here.data / 'voordeur.sqlite3'}?mode=ro", uri=True) as database:
        return str(database.execute(question, values).fetchone()[0])


def erase(here: Installation, stories: list[Story], desk: Desk) -> Counter[str]:
    """By three ways in turn. Waits until the assistant has forgotten too."""
    ways: Counter[str] = Counter()
    for story in stories:
        way = WAYS[story.number % len(WAYS) if story.reference else 0]
        if way == HELPER and not at_hand(here, story.reference):
            way = WAYS[0]
        if way == WAYS[0]:
            address = f"/api/v1/conversations/{story.resident.id}"
            story.resident.client.delete(
                address, headers={"Authorization": f"Bearer {story.resident.token}"}
            ).raise_for_status()
        elif way == HELPER:
            intake = intake_of(here, story.reference)
            desk.client.post(f"/intakes/{intake}/claim").raise_for_status()
            desk.act(intake, "erasure", reason="vroeg het zelf")
        else:
            done = command(here, "erase", story.reference, "--yes", "--reason", "vroeg het aan de balie")
            assert done.returncode == 0, done.stderr
        ways[way] += 1
    deadline = time.monotonic() + 120
    while rows(here)["voordeur.forgettings"] and time.monotonic() < deadline:
        time.sleep(1)
    return ways


def conversations(here: Installation) -> tuple[list[Story], str, tuple[float, float]]:
    """All residents, some at once, with the keys replaced in the middle."""
    said: list[str] = []
    times: list[float] = []

    def rotate() -> None:
        times.append(time.monotonic())
        done = command(here, "keys", "rotate")
        said.append((done.stdout + done.stderr).strip() + f" (exit {done.returncode})")
        times.append(time.monotonic())

    with ThreadPoolExecutor(AT_ONCE) as pool:
        telling = [pool.submit(tell, here, number) for number in range(RESIDENTS)]
        telling[RESIDENTS // 2].result()
        thread = threading.Thread(target=rotate)
        thread.start()
        stories = [future.result() for future in telling]
        thread.join()
    return stories, said[0], (times[0], times[1])


def main() -> int:
    """0 when nothing was found."""
    with new_installation() as (here, environment):
        # On a machine with other work an honest fallback would keep words from the assistant that it should have heard.
        environment["VOORDEUR_ASSISTANT_TIMEOUT_SECONDS"] = "60"
        os.environ.update(environment)
        output = here.data / "output.txt"
        with output.open("w") as file:
            process = subprocess.Popen(
                [VOORDEUR, "up"], cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT
            )
        try:
            here.wait_until_ready()
            began = time.monotonic()
            stories, rotated, (start, end) = conversations(here)
            turns = [second for story in stories for second in story.seconds]
            meanwhile = [length for at, length in turns if start <= at <= end]
            references = sum(bool(story.reference) for story in stories)
            say(
                f"{len(stories)} conversations, {len(turns)} messages, {references} references, {time.monotonic() - began:.0f} s"
            )
            say(
                f"keys: {rotated}, in {end - start:.0f} s; {len(meanwhile)} messages meanwhile, "
                f"median {statistics.median(meanwhile or [0]):.2f} s to the answer (all: {statistics.median(s for _, s in turns):.2f} s)"
            )
            say("after the conversations:")
            left = report(here, output, stories)
            if "--keep-memory-file" in sys.argv:
                shutil.copy(here.data / "assistant.sqlite3", sys.argv[sys.argv.index("--keep-memory-file") + 1])
            before = rows(here)
            gone, kept = stories[KEPT:], stories[:KEPT]
            say("erased:", dict(erase(here, gone, professional(here))))
            say(f"after erasing {len(gone)}, of these:")
            left += report(here, output, gone)
            stories_left = sum(
                story.word.encode() in content for content in searched(here, output).values() for story in gone
            )
            after = rows(here)
            for table in sorted(before):
                if before[table] != after[table]:
                    say(f"  {table:36} {before[table]:>6} -> {after[table]}")
            for story in kept:
                assert story.word in str(story.resident.state()), "somebody who did not ask was erased"
            say(command(here, "audit", "verify").stdout.strip().partition(". It ends")[0] + ".")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)
    return int(bool(left or stories_left))


if __name__ == "__main__":
    sys.exit(main())
