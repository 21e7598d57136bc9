"""The client of the service: HTTP and nothing else. What the resident hears about it is in the other files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import httpx
from rasa_sdk import Tracker

from actions.settings import api_address, service_token

TIMEOUT_SECONDS = 5.0
LONGEST_PLACE = 200


class ServiceFailed(Exception):
    """The service did not confirm it, so nothing may be promised to the resident."""


@dataclass(frozen=True)
class Made:
    """An intake that is there. `team` is a slug or None, `due` the moment by which somebody gets in touch."""

    reference: str
    team: str | None
    due: dt.datetime
    status: str = "new"


@dataclass(frozen=True)
class Opening:
    """Whether somebody is at work now; if not, from when (None when nobody can say)."""

    open: bool
    opens_at: dt.datetime | None


def idempotency_key(tracker: Tracker) -> str:
    """The same for every try at the same intake, another for the next intake of this conversation."""
    return f"{tracker.sender_id}:{tracker.get_slot('intakes_made') or 0}"


async def make_intake(tracker: Tracker, body: dict[str, Any]) -> Made:
    """Asks the service to make an intake, or to give the one it made before. Raises `ServiceFailed`."""
    made = await _ask(
        "POST",
        "/intakes",
        headers={"Idempotency-Key": idempotency_key(tracker)},
        json={"conversationId": tracker.sender_id, **body},
    )
    return _made(made)


async def find_route(place: str, service: str | None) -> dict[str, Any]:
    """Where a question would go: `candidates` (villages that may be meant), `referral` and `area` (name). Raises `ServiceFailed`."""
    found = await _ask("POST", "/routes", json={"place": place[:LONGEST_PLACE], "service": service})
    try:
        return {
            "candidates": [candidate["place"] for candidate in found["candidates"]],
            "referral": found["referral"],
            "area": found["areaName"],
        }
    except (KeyError, TypeError) as error:
        raise ServiceFailed(type(error).__name__) from error


async def own_intake(tracker: Tracker) -> Made | None:
    """The last intake of this conversation; None when there is none. Raises `ServiceFailed`."""
    found = await _ask("GET", f"/intakes/of-conversation/{tracker.sender_id}", missing=True)
    return _made(found) if found else None


async def withdraw_intakes(tracker: Tracker) -> bool:
    """Takes back what was handed over in this conversation; False when there was nothing. Raises `ServiceFailed`."""
    return await _ask("DELETE", f"/intakes/of-conversation/{tracker.sender_id}", missing=True) is not None


async def opening() -> Opening:
    """Whether the organisation is open now. Raises `ServiceFailed`."""
    now = await _ask("GET", "/organisation")
    try:
        opens_at = now["opensAt"]
        return Opening(now["open"], dt.datetime.fromisoformat(opens_at) if opens_at else None)
    except (ValueError, KeyError, TypeError) as error:
        raise ServiceFailed(type(error).__name__) from error


async def _ask(method: str, path: str, *, missing: bool = False, **arguments: Any) -> Any:
    """The body of a good answer ({} without one); None for 404 when that may be."""
    headers = {"Authorization": f"Bearer {service_token()}", **arguments.pop("headers", {})}
    try:
        async with httpx.AsyncClient(base_url=api_address(), timeout=TIMEOUT_SECONDS) as client:
            response = await client.request(method, f"/api/v1{path}", headers=headers, **arguments)
            if missing and response.status_code == 404:
                return None
            response.raise_for_status()
            return response.json() if response.content else {}
    except (httpx.HTTPError, ValueError) as error:
        raise ServiceFailed(type(error).__name__) from error


def _made(intake: dict[str, Any]) -> Made:
    try:
        return Made(
            intake["reference"],
            intake.get("team"),
            dt.datetime.fromisoformat(intake["dueAt"]),
            intake.get("status", "new"),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ServiceFailed(type(error).__name__) from error
