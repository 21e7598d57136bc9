"""The stand-ins answer as the real servers did: same status, same fields refused, same properties, for every recorded request."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import jwt
import pytest

from api import clock
from tests.case_systems import open_klant, open_zaak
from tests.case_systems.open_klant import OpenKlant
from tests.case_systems.open_zaak import OpenZaak
from tests.case_systems.serving import RECORDED, StandIn

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What we never use: the stand-in does not have it.
NOT_USED = ("/partijen", "/zaakcontactmomenten", "/zaak_registreren", "/audittrail")
# Our own words in an answer, and what is only there when asked for.
FREE = {"metadata", "_expand"}
# Of these answers the adapters read only some properties, and the stand-in has only those.
ONLY_WHAT_IS_READ = ("/zaken/", "/catalogi/")


def recorded(name: str) -> list[dict[str, Any]]:
    pairs = json.loads((RECORDED / f"recorded-{name}.json").read_text(encoding="utf-8"))
    return [pair for pair in pairs if not any(part in pair["request"]["url"] for part in NOT_USED)]


class Replay:
    """Asks a stand-in what the real server was asked, with the ids of the stand-in."""

    def __init__(self, server: StandIn, client: httpx.AsyncClient) -> None:
        self._server = server
        self._client = client
        self._ours: dict[str, str] = {}

    async def check(self, pair: dict[str, Any], headers: dict[str, str]) -> None:
        asked, answered = pair["request"], pair["response"]
        body = self._translated(asked["body"])
        path = self._translated(asked["url"])
        sent = {
            **{name: value for name, value in asked["headers"].items() if name.lower() != "content-type"},
            **headers,
        }
        response = await self._client.request(asked["method"], f"{self._server.address}{path}", json=body, headers=sent)
        where = f"{asked['method']} {asked['url']} {json.dumps(asked['body'])[:200]}: {response.text[:500]}"
        assert response.status_code == answered["status"], where
        if response.status_code == 204:
            return
        given, real = response.json(), answered["body"]
        if response.status_code >= 400:
            assert given["code"] == real["code"], where
            assert _fields(given) == _fields(real), where
            return
        self._learn(real, given)
        if not any(part in asked["url"] for part in ONLY_WHAT_IS_READ):
            assert _different(given, real) == [], where

    def _translated(self, what: Any) -> Any:
        if what is None:
            return None
        text = json.dumps(what)
        for real, ours in self._ours.items():
            text = text.replace(real, ours)
        text = re.sub(r"https://open(klant|zaak)\.example", self._server.address, text)
        return json.loads(text)

    def _learn(self, real: Any, ours: Any) -> None:
        """Which id of ours stands for which of theirs."""
        if isinstance(real, dict) and isinstance(ours, dict):
            for name in real.keys() & ours.keys():
                self._learn(real[name], ours[name])
        elif isinstance(real, list) and isinstance(ours, list):
            for one, other in zip(real, ours, strict=False):
                self._learn(one, other)
        elif isinstance(real, str) and isinstance(ours, str) and UUID.search(real):
            if UUID.fullmatch(real):
                self._ours[real] = ours
            else:
                self._ours.setdefault(real, ours)


def _fields(problem: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((field["name"], field["code"]) for field in problem.get("invalidParams", []))


def _different(given: Any, real: Any, where: str = "") -> list[str]:
    """The properties that one has and the other has not, at any depth; values differ anyway."""
    if isinstance(given, dict) and isinstance(real, dict):
        mine, theirs = given.keys() - FREE, real.keys() - FREE
        found = [f"{where}.{name}" for name in mine ^ theirs]
        return found + [one for name in mine & theirs for one in _different(given[name], real[name], f"{where}.{name}")]
    if isinstance(given, list) and isinstance(real, list) and given and real:
        return _different(given[0], real[0], where)
    return []


@pytest.mark.parametrize("name", ["openklant-2.18.0-flow", "openklant-2.18.0-validation"])
async def test_open_klant_answers_as_the_real_one_did(name: str) -> None:
    pairs = recorded(name)
    assert len(pairs) >= 14
    async with OpenKlant().running() as server, httpx.AsyncClient() as client:
        replay = Replay(server, client)
        for pair in pairs:
            await replay.check(pair, {"Authorization": f"Token {open_klant.TOKEN}"})


async def test_open_zaak_answers_as_the_real_one_did() -> None:
    pairs = recorded("openzaak-2026-08-20-flow")
    assert len(pairs) >= 14
    async with OpenZaak().running() as server, httpx.AsyncClient() as client:
        replay = Replay(server, client)
        for number, pair in enumerate(pairs):
            # The first was sent with a token of two hours old, the second with one that somebody else had signed.
            age, secret = (7200 if number == 0 else 0), ("x" * 40 if number == 1 else open_zaak.SECRET)
            await replay.check(pair, {"Authorization": f"Bearer {token(age, secret)}"})


def token(age: int, secret: str) -> str:
    claims = {"iss": open_zaak.CLIENT, "client_id": open_zaak.CLIENT, "iat": int(clock.now().timestamp()) - age}
    return jwt.encode({**claims, "user_id": "bot"}, secret, algorithm="HS256")


async def test_nobody_is_let_in_without_a_token() -> None:
    async with OpenKlant().running() as klant, OpenZaak().running() as zaak, httpx.AsyncClient() as client:
        assert (await client.get(f"{klant.address}{open_klant.BASE}/klantcontacten")).status_code == 401
        assert (await client.get(f"{zaak.address}{open_zaak.ZAKEN}/zaken")).status_code == 403
