"""The client of the service: makes intakes over HTTP, and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from babel.dates import format_date
from rasa_sdk import Tracker

from actions.settings import api_address, catalogue, service_token

TIMEOUT_SECONDS = 5.0


class IntakeFailed(Exception):
    """The service did not confirm the intake, so nothing may be promised to the resident."""


@dataclass(frozen=True)
class Made:
    """An intake that is there: what the resident may hear about it."""

    reference: str
    team: str
    due: str


def idempotency_key(tracker: Tracker) -> str:
    """The same for every try at the same intake, another for the next intake of this conversation."""
    return f"{tracker.sender_id}:{tracker.get_slot('intakes_made') or 0}"


async def make_intake(tracker: Tracker, body: dict[str, Any]) -> Made:
    """Asks the service to make an intake, or to give the one it made before. Raises `IntakeFailed`."""
    headers = {"Authorization": f"Bearer {service_token()}", "Idempotency-Key": idempotency_key(tracker)}
    try:
        async with httpx.AsyncClient(base_url=api_address(), timeout=TIMEOUT_SECONDS) as client:
            response = await client.post(
                "/api/v1/intakes", headers=headers, json={"conversationId": tracker.sender_id, **body}
            )
            response.raise_for_status()
            intake = response.json()
            return Made(intake["reference"], _team(intake["team"]), _due(intake["dueAt"]))
    except (httpx.HTTPError, ValueError, KeyError) as error:
        raise IntakeFailed(type(error).__name__) from error


def consent_now(text: str) -> dict[str, str]:
    """Consent as the service wants it: the words, and this moment."""
    return {"givenAt": dt.datetime.now(dt.UTC).isoformat(), "text": text}


def _team(slug: str | None) -> str:
    team = catalogue().teams.get(slug or "")
    return team.name if team else catalogue().organisation.name


def _due(moment: str) -> str:
    zone = ZoneInfo(catalogue().organisation.timezone)
    at = dt.datetime.fromisoformat(moment).astimezone(zone)
    if at <= dt.datetime.now(zone):
        return "zo snel mogelijk"
    return f"uiterlijk {format_date(at.date(), 'EEEE d MMMM', locale='nl')}"
