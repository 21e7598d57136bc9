"""The pages of the site that anybody may open."""

from __future__ import annotations

import httpx
import pytest

from api.dependencies import Runtime


async def test_states_for_designers_are_not_where_residents_are(client: httpx.AsyncClient, runtime: Runtime) -> None:
    assert (await client.get("/chat/states")).status_code == 200
    runtime.settings = runtime.settings.model_copy(update={"env": "production"})
    assert (await client.get("/chat/states")).status_code == 404


@pytest.mark.parametrize(("asked", "spoken"), [("en", "en"), ("ar", "ar"), ("xx", "nl"), ('"><script>', "nl")])
async def test_chat_begins_in_a_language_we_have(client: httpx.AsyncClient, asked: str, spoken: str) -> None:
    page = await client.get("/chat", params={"taal": asked})
    assert f'<voordeur-chat lang="{spoken}"' in page.text
    assert "<script>" not in page.text
