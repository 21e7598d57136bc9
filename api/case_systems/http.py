"""HTTP to another case system: what may be tried again, what may not, and nothing of the content in errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from api.case_systems.interface import NotNow, Refused

TIMEOUT = httpx.Timeout(20.0, connect=5.0)
# Not found here, busy, too early: these pass. So do 401 and 403: a token is replaced by a person within hours, and a question must not
# be lost over it.
PASSING = frozenset({401, 403, 404, 408, 409, 423, 425, 429})
MOST_FIELDS = 5


class CaseSystemHttp:
    """One system over HTTP."""

    def __init__(self, address: str, headers: Mapping[str, str] | None = None) -> None:
        self.address = address
        self._client = httpx.AsyncClient(timeout=TIMEOUT, headers=dict(headers or {}), follow_redirects=False)

    async def ask(self, method: str, path: str, *, missing_is_fine: bool = False, **options: Any) -> Any:
        """The JSON of the answer, None for an empty one, or for a missing thing when that is fine.

        `path` may be a whole address that the system gave before. Raises `NotNow` and `Refused`.
        """
        address = path if path.startswith(("http://", "https://")) else f"{self.address}{path}"
        try:
            response = await self._client.request(method, address, **options)
        except httpx.HTTPError as error:
            raise NotNow(type(error).__name__) from None
        if response.status_code in {404, 410} and missing_is_fine:
            return None
        if response.status_code >= 500 or response.status_code in PASSING or response.is_redirect:
            raise NotNow(f"HTTP {response.status_code}")
        if response.status_code >= 400:
            raise Refused(_reason(response))
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError:
            raise NotNow("no JSON in the answer") from None

    async def close(self) -> None:
        """Gives the connections back."""
        await self._client.aclose()


def _reason(response: httpx.Response) -> str:
    """Status and the fields that were refused, by name and code: the reason in words may repeat what was sent."""
    try:
        fields = [f"{field['name']} {field['code']}" for field in response.json().get("invalidParams", [])]
    except (ValueError, AttributeError, KeyError, TypeError):
        fields = []
    return ", ".join([f"HTTP {response.status_code}", *fields[:MOST_FIELDS]])
