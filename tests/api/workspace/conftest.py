"""People who use the pages of the workspace: they read HTML and send forms."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx
import pytest

from tests.api.people_at_work import Professional

HTMX = {"HX-Request": "true"}


@dataclass
class AtDesk:
    """Somebody signed in, in front of the pages."""

    professional: Professional

    @property
    def _client(self) -> httpx.AsyncClient:
        return self.professional.client

    async def get(self, path: str = "", *, htmx: bool = False, **params: str) -> httpx.Response:
        return await self._client.get(f"/werk{path}", params=params, headers=HTMX if htmx else {})

    async def send(self, path: str, *, htmx: bool = False, **fields: str) -> httpx.Response:
        data = {"csrf": self.professional.csrf, **fields}
        return await self._client.post(f"/werk{path}", data=data, headers=HTMX if htmx else {})


@pytest.fixture
def at_desk(professional: Callable[..., Awaitable[Professional]]) -> Callable[..., Awaitable[AtDesk]]:
    """Signs somebody in and sits them down: `await at_desk("gemert", name="Fatima")`."""

    async def sit_down(*args: object, **options: object) -> AtDesk:
        return AtDesk(await professional(*args, **options))

    return sit_down


def text_of(response: httpx.Response) -> str:
    """What a person reads of a page: no tags, white space as one space."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.text).split())
