"""Kills api, assistant and actions in the middle of 200 conversations, starts them again, and counts.

    .venv/bin/python -m tests.load.kill_nine

Every resident sends again until a message is acknowledged, with the same id, as the widget does; a new question waits until everything
is up again, or nearly all would meet the time without an assistant. At the end every acknowledged message must be there once, in the
order it was sent, and have one answer. Not a test of the suite: it needs a trained model and some minutes.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

from api.operations.launch import _commands, _environment, _prepare, _train
from api.settings import ROOT, Settings
from bench.running import Installation, new_installation
from organisation import load_catalogue

RESIDENTS, QUESTIONS, AT_ONCE = 200, 3, 20
PATIENCE_SECONDS = 300
HONEST = load_catalogue(Settings().catalogue).text("assistant_down")


@dataclass
class Story:
    """What one resident sent and was told."""

    id: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    acknowledged: list[tuple[int, str]] = field(default_factory=list)
    sent_again: int = 0


class Processes:
    """The three processes, each of which can be killed without the others noticing at once."""

    def __init__(self, settings: Settings, environment: dict[str, str]) -> None:
        model = _train(settings)
        _prepare(settings)
        self._commands = _commands(settings, model)
        self._environment = {**environment, **_environment(settings)}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        for name, command in self._commands.items():
            words = shlex.split(command.removeprefix("exec "))
            self._running[name] = subprocess.Popen(
                words, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )

    def kill(self) -> None:
        for process in self._running.values():
            process.send_signal(signal.SIGKILL)
        for process in self._running.values():
            process.wait()


async def until_it_works(story: Story, send: Any) -> httpx.Response:
    """Sends again until there is an answer that is not the server's fault."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            response: httpx.Response = await send()
            if response.status_code < 500:
                return response
        except httpx.HTTPError:
            pass
        story.sent_again += 1
        await asyncio.sleep(0.5)
    raise TimeoutError("nobody answers any more")


async def read(client: httpx.AsyncClient, story: Story, after: int, wait: int) -> dict[str, Any]:
    address, params = f"/api/v1/conversations/{story.id}/messages", {"after": after, "wait": wait}
    response = await until_it_works(story, lambda: client.get(address, params=params, headers=story.headers))
    return dict(response.json())


async def talk(client: httpx.AsyncClient, places: asyncio.Semaphore, up: asyncio.Event, number: int) -> Story:
    """One conversation: a question, its answer, the next question."""
    story = Story()
    async with places:
        created = (await until_it_works(story, lambda: client.post("/api/v1/conversations", json={}))).json()
        story.id, story.headers = created["id"], {"Authorization": f"Bearer {created['token']}"}
        for turn in range(QUESTIONS):
            await up.wait()
            text = f"hallo, dit is vraag {turn} van bewoner {number}"
            body = {"clientMessageId": str(uuid.uuid4()), "text": text}
            address = f"/api/v1/conversations/{story.id}/messages"
            response = await until_it_works(
                story,
                lambda: client.post(address, json=body, headers=story.headers),  # noqa: B023  awaited in this round
            )
            assert response.status_code in {200, 202}, response.text
            story.acknowledged.append((response.json()["seq"], text))
            while (await read(client, story, story.acknowledged[-1][0], 20))["assistantBusy"]:
                pass
    return story


def count(story: Story, messages: list[dict[str, Any]]) -> Counter[str]:
    """What became of each acknowledged message and its answer."""
    found: Counter[str] = Counter(acknowledged=len(story.acknowledged), sent_again=story.sent_again)
    stored = [(message["seq"], message["text"]) for message in messages if message["sender"] == "resident"]
    found["messages lost"] = len(set(story.acknowledged) - set(stored))
    found["messages twice"] = len(stored) - len({text for _, text in stored})
    found["out of order"] = int([m["seq"] for m in messages] != list(range(1, len(messages) + 1)))
    ends = [seq for seq, _ in stored[1:]] + [len(messages) + 1]
    for (seq, _), end in zip(stored, ends, strict=True):
        answer = [message["text"] for message in messages[seq : end - 1]]
        found["answers lost"] += not answer
        found["answers twice"] += len(answer) != len(set(answer))
        # By its words: other messages are notices too, such as help lines in passing.
        found["honest fallbacks"] += HONEST in answer
    return found


async def residents(here: Installation, processes: Processes) -> Counter[str]:
    async with httpx.AsyncClient(base_url=here.address, timeout=40) as client:
        places = asyncio.Semaphore(AT_ONCE)
        up = asyncio.Event()
        up.set()
        talks = [asyncio.create_task(talk(client, places, up, number)) for number in range(RESIDENTS)]
        while sum(task.done() for task in talks) < RESIDENTS // 3:
            await asyncio.wait([task for task in talks if not task.done()], return_when=asyncio.FIRST_COMPLETED)
        print("kill -9 of api, assistant and actions, in the middle of it", flush=True)
        up.clear()
        processes.kill()
        processes.start()
        await asyncio.to_thread(here.wait_until_ready)
        up.set()
        stories = await asyncio.gather(*talks)
        found: Counter[str] = Counter(conversations=len(stories))
        for story in stories:
            found += Counter(count(story, (await read(client, story, 0, 0))["messages"]))
        return found


def main() -> int:
    """0 when nothing was lost and nothing came twice."""
    with new_installation() as (here, environment):
        os.environ.update(environment)
        processes = Processes(Settings(), environment)
        processes.start()
        try:
            here.wait_until_ready()
            started = time.monotonic()
            found = asyncio.run(residents(here, processes))
            found["seconds"] = round(time.monotonic() - started)
        finally:
            processes.kill()
    names = (
        "conversations",
        "acknowledged",
        "sent_again",
        "seconds",
        "messages lost",
        "messages twice",
        "out of order",
    )
    for name in (*names, "answers lost", "answers twice", "honest fallbacks"):
        print(f"{name:20} {found[name]}", flush=True)
    wrong = ("messages lost", "messages twice", "out of order", "answers lost", "answers twice")
    return int(any(found[name] for name in wrong) or found["acknowledged"] != RESIDENTS * QUESTIONS)


if __name__ == "__main__":
    sys.exit(main())
