"""The OpenAPI description as the NL API Design Rules want it: one version, who to ask, our header, one form of errors."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from api import API_VERSION
from organisation.model import Organisation

BASE = "/api/v1"
_FROM_THE_ROOT = [{"url": "/"}]
_VERSION_HEADER = {
    "description": "The whole version of this API.",
    "schema": {"type": "string", "example": API_VERSION},
}
_PROBLEM = {
    "type": "object",
    "description": "What went wrong and what to do about it (RFC 9457). Never holds personal data.",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "reason"],
                "properties": {"name": {"type": "string"}, "reason": {"type": "string"}},
            },
        },
    },
}


def describe(app: FastAPI, organisation: Organisation, public_address: str) -> None:
    """Makes `app.openapi()` give our description. Call it when all routes are there."""
    made_by_framework = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = made_by_framework()
            schema["info"]["contact"] = {
                "name": organisation.name,
                "email": organisation.email,
                "url": public_address,
            }
            schema["servers"] = [{"url": BASE}]
            schema["paths"] = dict(_under_base(path, item) for path, item in schema["paths"].items())
            components = schema["components"]
            for name in ("HTTPValidationError", "ValidationError"):  # the framework's own form, which we never send
                components["schemas"].pop(name, None)
            components["schemas"]["Problem"] = _PROBLEM
            components["headers"] = {"API-Version": _VERSION_HEADER}
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _under_base(path: str, item: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    for operation in item.values():
        _complete(operation)
    if path.startswith(f"{BASE}/"):
        return path.removeprefix(BASE), item
    return path, {"servers": _FROM_THE_ROOT, **item}


def _complete(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    if operation.get("parameters") or "requestBody" in operation:
        responses["400"] = _problem("The request cannot be understood or is not allowed to say this.")
    responses["default"] = _problem("Any other error.")
    for response in responses.values():
        response["headers"] = {
            "API-Version": {"$ref": "#/components/headers/API-Version"},
            **response.get("headers", {}),
        }
        for media in response.get("content", {}).values():
            if "itemSchema" in media:  # of OpenAPI 3.2, while this is 3.1
                media["schema"] = {"type": "string", "description": "Server-sent events."}
                del media["itemSchema"]


def _problem(description: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": description, "content": content}
