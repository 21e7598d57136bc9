"""Residents and professionals who use the service over HTTP, as their pages would."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from typing import Any

import httpx

PASSWORD = "correct horse battery"


@dataclass
class Resident:
    """Somebody with a conversation and its token."""

    client: httpx.AsyncClient
    id: uuid.UUID
    token: str

    @classmethod
    async def arrive(cls, client: httpx.AsyncClient) -> Resident:
        response = await client.post("/api/v1/conversations", json={"channel": "web"})
        assert response.status_code == 201, response.text
        body = response.json()
        return cls(client, uuid.UUID(body["id"]), body["token"])

    @property
    def path(self) -> str:
        return f"/api/v1/conversations/{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def post(self, message_id: uuid.UUID | None = None, **body: Any) -> httpx.Response:
        body = {"clientMessageId": str(message_id or uuid.uuid4()), **body}
        return await self.client.post(f"{self.path}/messages", headers=self.headers, json=body)

    async def say(self, text: str) -> int:
        response = await self.post(text=text)
        assert response.status_code == 202, response.text
        return int(response.json()["seq"])

    async def choose(self, label: str) -> int:
        offered = {choice["label"]: choice["id"] for message in await self.messages() for choice in message["choices"]}
        response = await self.post(choice=offered[label])
        assert response.status_code == 202, response.text
        return int(response.json()["seq"])

    async def read(self, after: int = 0, wait: float = 0) -> dict[str, Any]:
        response = await self.client.get(
            f"{self.path}/messages", headers=self.headers, params={"after": after, "wait": wait}, timeout=30
        )
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def messages(self, after: int = 0) -> list[dict[str, Any]]:
        return list((await self.read(after))["messages"])

    async def answered(self) -> list[dict[str, Any]]:
        """All messages, once the assistant owes nothing any more."""
        async with asyncio.timeout(60):  # the machine may be busy
            while True:
                page = await self.read()
                if not page["assistantBusy"]:
                    return list(page["messages"])
                await self.read(after=page["messages"][-1]["seq"], wait=1)


@dataclass
class Professional:
    """Somebody signed in, with the cookie and the CSRF token."""

    client: httpx.AsyncClient
    email: str
    id: uuid.UUID
    csrf: str

    @classmethod
    async def sign_in(cls, client: httpx.AsyncClient, email: str, person_id: uuid.UUID) -> Professional:
        response = await client.post("/api/v1/sessions", json={"email": email, "password": PASSWORD})
        assert response.status_code == 201, response.text
        return cls(client, email, person_id, response.json()["csrfToken"])

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(f"/api/v1{path}", params=params)

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"/api/v1{path}", json=body or None, headers={"X-CSRF-Token": self.csrf})


async def hand_over(resident: Resident, key: str | None = None, **body: Any) -> httpx.Response:
    """What the assistant does at the end: makes an intake with the service token."""
    return await resident.client.post(
        "/api/v1/intakes",
        headers={"Authorization": "Bearer service-token-for-tests", "Idempotency-Key": key or uuid.uuid4().hex},
        json={
            "conversationId": str(resident.id),
            "service": "schuldhulpverlening",
            "summary": "De huur is twee maanden niet betaald.",
            "place": "Gemert",
            **body,
        },
    )
