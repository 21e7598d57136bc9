"""Residents who talk with a running Voordeur over HTTP, as the chat does. Their conversations are in `conversations/`.

Print ten of them, to read aloud:

    .venv/bin/python -m tests.whole.residents http://127.0.0.1:8000 10
"""

from __future__ import annotations

import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

CONVERSATIONS = Path(__file__).parent / "conversations"
LONGEST_ANSWER_SECONDS = 120


@dataclass
class Resident:
    """Somebody in the chat: what was said so far, and the answer to the last message."""

    client: httpx.Client
    id: str
    token: str
    seen: list[dict[str, Any]] = field(default_factory=list)
    answer: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def arrive(cls, client: httpx.Client, language: str = "nl") -> Resident:
        """Opens the chat."""
        response = client.post("/api/v1/conversations", json={"language": language})
        response.raise_for_status()
        body = response.json()
        return cls(client, body["id"], body["token"], body["messages"], body["messages"])

    def say(self, text: str) -> str:
        """Types something; gives the answer as one text."""
        return self._send({"text": text})

    def press(self, label: str) -> str:
        """Presses a button of the last answer. Raises `KeyError` when it is not there."""
        offered = {choice["label"]: choice["id"] for message in self.answer for choice in message["choices"]}
        return self._send({"choice": offered[label]})

    @property
    def heard(self) -> str:
        """The last answer as one text."""
        return "\n".join(message["text"] for message in self.answer)

    def intake(self) -> dict[str, Any] | None:
        """What was handed over, as the resident sees it."""
        response = self.client.get(f"{self._path}/intake", headers=self._headers)
        return dict(response.json()) if response.status_code == 200 else None

    def state(self) -> dict[str, Any]:
        """Owner, status and language, with every message."""
        response = self.client.get(f"{self._path}/messages", headers=self._headers)
        response.raise_for_status()
        return dict(response.json())

    @property
    def _path(self) -> str:
        return f"/api/v1/conversations/{self.id}"

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _send(self, body: dict[str, str]) -> str:
        message = {"clientMessageId": str(uuid.uuid4()), **body}
        accepted = self.client.post(f"{self._path}/messages", headers=self._headers, json=message)
        accepted.raise_for_status()
        seq = accepted.json()["seq"]
        deadline = time.monotonic() + LONGEST_ANSWER_SECONDS
        while True:
            page = self.client.get(
                f"{self._path}/messages", headers=self._headers, params={"after": seq, "wait": 5}, timeout=30
            ).json()
            if page["messages"] and not page["assistantBusy"]:
                break
            assert time.monotonic() < deadline, "no answer"
        self.answer = page["messages"]
        self.seen = self.state()["messages"]
        return self.heard

    def transcript(self) -> str:
        """The conversation as one reads it aloud: who, what, and the buttons between brackets."""
        lines = []
        for message in self.seen:
            who = "inwoner" if message["sender"] == "resident" else message["senderName"]
            buttons = "".join(f"\n      [{choice['label']}]" for choice in message["choices"])
            words = message["text"].replace("\n", "\n      ")
            lines.append(f"{who}:\n      {words}{buttons}")
        return "\n".join(lines)


def conversations() -> list[dict[str, Any]]:
    """All of them, in the order of the files."""
    return [
        told
        for file in sorted(CONVERSATIONS.glob("*.yml"))
        for told in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


def play(client: httpx.Client, told: dict[str, Any]) -> Resident:
    """One conversation from beginning to end."""
    resident = Resident.arrive(client, told.get("language", "nl"))
    for step in told["steps"]:
        if "say" in step:
            resident.say(step["say"])
        else:
            resident.press(step["press"])
    return resident


def main() -> None:
    """Plays some conversations against a running Voordeur and prints them."""
    address, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10
    told = conversations()
    every = max(len(told) // count, 1)
    with httpx.Client(base_url=address, timeout=30) as client:
        for conversation in told[::every][:count]:
            print(f"\n=== {conversation['who']}\n\n{play(client, conversation).transcript()}")


if __name__ == "__main__":
    main()
