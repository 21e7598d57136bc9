"""What professionals do in the workspace, by what is on the page, and residents who come in without a browser."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from tests.pages.conftest import PATIENCE_MILLISECONDS, Visitors
from tests.pages.house import PASSWORD, House
from tests.pages.stand_in import SERVICE_TOKEN

expect.set_options(timeout=PATIENCE_MILLISECONDS)


def at_work(visit: Visitors, who: str = "demo.gemert", path: str = "/werk", **options: Any) -> Page:
    """Signs one of the demo people in and goes to a page."""
    page = visit(f"/werk/inloggen?naar={path}", **options)
    page.get_by_label("E-mailadres").fill(f"{who}@voordeur.example")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda address: address.partition("?")[0].endswith(path))
    return page


class Caller:
    """A resident who uses the API as the chat does; what the assistant hands over is for the test to say."""

    def __init__(self, house: House) -> None:
        self._client = house.client()
        created = self._client.post("/conversations", json={"channel": "web"}).raise_for_status().json()
        self.id: str = created["id"]
        self._headers = {"Authorization": f"Bearer {created['token']}"}

    def say(self, text: str) -> None:
        """Sends a message."""
        self.post("/messages", clientMessageId=str(uuid.uuid4()), text=text).raise_for_status()

    def post(self, path: str, **body: Any) -> httpx.Response:
        """Anything that the chat may ask of its conversation."""
        return self._client.post(f"/conversations/{self.id}{path}", json=body or None, headers=self._headers)

    def withdraw(self) -> httpx.Response:
        """Takes back what was handed over."""
        return self._client.delete(f"/conversations/{self.id}/intake", headers=self._headers)

    def read(self) -> dict[str, Any]:
        """The conversation and how it stands."""
        address = f"/conversations/{self.id}/messages"
        return dict(self._client.get(address, headers=self._headers).raise_for_status().json())

    def hand_over(self, **body: Any) -> str:
        """Makes an intake, as the assistant does at the end; gives the reference."""
        headers = {"Authorization": f"Bearer {SERVICE_TOKEN}", "Idempotency-Key": uuid.uuid4().hex}
        intake = {
            "conversationId": self.id,
            "service": "schuldhulpverlening",
            "summary": "De huur is twee maanden niet betaald.",
            "place": "Gemert",
            "contact": {"name": "Truus Bakker", "phone": "06 12 34 56 78"},
            **body,
        }
        made = self._client.post("/intakes", json=intake, headers=headers).raise_for_status().json()
        return str(made["reference"])
