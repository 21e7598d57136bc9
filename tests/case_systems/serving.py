"""A stand-in that listens on a port of this machine, and can fail in the ways that a real case system fails."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

RECORDED = Path(__file__).parent / "recorded"


class Problem(Exception):
    """An error answer with the fields that it names."""

    def __init__(self, status: int, code: str, fields: list[tuple[str, str]] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.fields = status, code, fields or []


class _Lost(Response):
    """An answer that breaks off: it was done, and nobody hears so. The server closes the connection in the middle."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": False})


class StandIn:
    """Keeps what was made in memory. `answer` handles one request; `trouble` says what goes wrong with the next ones."""

    name = ""
    version = ""

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[str] = []
        self.trouble: Callable[[str, str], str | None] = lambda method, path: None
        """For a method and path: `500`, `refuse`, or `lose` (done, but the answer never comes); None when all is well."""

    async def answer(self, request: Request, body: Any) -> tuple[int, Any]:
        """Status and JSON of the answer. Raises `Problem`."""
        raise NotImplementedError

    def everything(self) -> list[Any]:
        """All that was made here and is still there."""
        return [rows for rows in vars(self).values() if isinstance(rows, dict)]

    async def _handle(self, request: Request) -> Response:
        raw = await request.body()
        self.asked.append(f"{request.method} {request.url.path}")
        trouble = self.trouble(request.method, request.url.path)
        headers = {"API-version": self.version}
        try:
            if trouble == "500":
                return Response("Internal Server Error", 500)
            if trouble == "refuse":
                raise Problem(400, "invalid", [("inhoud", "max_length")])
            status, body = await self.answer(request, json.loads(raw) if raw else None)
        except Problem as problem:
            fields = [{"name": name, "code": code, "reason": code} for name, code in problem.fields]
            content: dict[str, Any] = {"code": problem.code, "status": problem.status, "title": problem.code}
            if fields:
                content["invalidParams"] = fields
            return JSONResponse(content, problem.status, headers, "application/problem+json")
        if trouble == "lose":
            return _Lost()
        return Response(status_code=status, headers=headers) if body is None else JSONResponse(body, status, headers)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[StandIn]:
        """Listens until the block ends."""
        methods = ["GET", "POST", "PATCH", "DELETE"]
        app = Starlette(routes=[Route("/{path:path}", self._handle, methods=methods)])
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off"))
        task = asyncio.create_task(server._serve())  # without its signal handlers
        while not server.started:  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.01)
        self.address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.should_exit = True
            await task


Answer = Callable[[Request, Any], Awaitable[tuple[int, Any]]]


def page(results: list[Any]) -> dict[str, Any]:
    """A page of a list, as both APIs write it."""
    return {"count": len(results), "next": None, "previous": None, "results": results}


def specification(name: str) -> dict[str, Any]:
    """One of the specifications in `recorded/`."""
    return dict(json.loads((RECORDED / f"{name}.openapi.json").read_text(encoding="utf-8")))


def check_query(spec: dict[str, Any], path: str, given: list[str]) -> None:
    """Both servers refuse a parameter that their specification does not have."""
    known = {one["name"] for one in spec["paths"][path]["get"].get("parameters", []) if one["in"] == "query"}
    if unknown := [name for name in given if name not in known]:
        raise Problem(400, "invalid", [("nonFieldErrors", "unknown-parameters")] * bool(unknown))


def check_lengths(spec: dict[str, Any], schema: str, body: dict[str, Any], under: str = "") -> list[tuple[str, str]]:
    """The texts that are longer than the specification allows, and the words that are not of its lists."""
    found = []
    for name, value in body.items():
        rules = _property(spec, schema, name)
        if isinstance(value, str) and len(value) > rules.get("maxLength", len(value)):
            found.append((f"{under}{name}", "max_length"))
        if isinstance(value, str) and rules.get("enum") and value not in rules["enum"]:
            found.append((f"{under}{name}", "invalid_choice"))
    return found


def _property(spec: dict[str, Any], schema: str, name: str) -> dict[str, Any]:
    known = _merged(spec, {"$ref": f"#/components/schemas/{schema}"})
    return _merged(spec, known.get("properties", {}).get(name, {}))


def _merged(spec: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with its references and `allOf` filled in."""
    if "$ref" in schema:
        if not schema["$ref"].startswith("#/"):
            return {}
        return _merged(spec, spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    merged = {key: value for key, value in schema.items() if key not in {"allOf", "oneOf"}}
    for part in [*schema.get("allOf", []), *schema.get("oneOf", [])]:
        for key, value in _merged(spec, part).items():
            if key in {"properties", "enum"} and key in merged:
                merged[key] = {**merged[key], **value} if isinstance(value, dict) else [*merged[key], *value]
            else:
                merged.setdefault(key, value)
    return merged
