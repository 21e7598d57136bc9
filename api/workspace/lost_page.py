"""Niet aangekomen: messages that residents did not get, and questions that another system did not take. No story, no names."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response

from api.case_systems.models import Delivery, DeliveryStatus
from api.case_systems.service import AGAIN, Deliveries
from api.channels import repository as message_rows
from api.channels.service import MessageDeliveries
from api.conversations.models import MessageDelivery
from api.intakes.models import Intake
from api.people.models import Role
from api.workspace.desk import WORK, Desk, ReadDesk, WriteDesk, go_to
from api.workspace.intake_view import NOTHING_SENT, Attempt, attempting
from api.workspace.lists import Stand, hash_of, kept_up_to_date, news_of

router = APIRouter(prefix=f"{WORK}/niet-aangekomen")

PAGE = f"{WORK}/niet-aangekomen"


@dataclass(frozen=True)
class Lost:
    """One thing that did not arrive. `waits` says that a person has to look; `next_at` when it is tried again by itself."""

    id: uuid.UUID
    what: str
    retry: str
    reference: str | None
    intake_id: uuid.UUID | None
    team: str | None
    state: str
    why: str
    at: dt.datetime
    waits: bool
    next_at: dt.datetime | None = None


@router.get("")
async def lost(desk: ReadDesk) -> Response:
    """The page: for a coordinator messages and deliveries, for an administrator deliveries."""
    return await _show(desk, NOTHING_SENT)


@router.get("/lijst")
async def lost_news(desk: ReadDesk, stand: Stand = "") -> Response:
    """The lists alone."""
    return news_of(desk, "_niet_aangekomen.html", stand, await _lost(desk))


@router.post("/berichten/{delivery_id}")
async def retry_message(delivery_id: uuid.UUID, desk: WriteDesk) -> Response:
    """Sends a message once more."""
    async with attempting(desk, "bericht") as attempt:
        await MessageDeliveries(desk.session, desk.runtime.live).retry(desk.person, delivery_id)
    return await _then(desk, attempt)


@router.post("/doorgestuurd/{delivery_id}")
async def retry_delivery(delivery_id: uuid.UUID, desk: WriteDesk) -> Response:
    """Offers a question to the other system again."""
    async with attempting(desk, "doorgestuurd") as attempt:
        await Deliveries(desk.session, desk.runtime.catalogue).retry(desk.person, delivery_id)
        desk.runtime.delivering.worker.wake()
    return await _then(desk, attempt)


async def _then(desk: Desk, attempt: Attempt) -> Response:
    return go_to(f"{PAGE}?melding=opnieuw") if attempt.problem is None else await _show(desk, attempt)


async def _show(desk: Desk, attempt: Attempt) -> Response:
    return await desk.page("niet_aangekomen.html", attempt.status, attempt=attempt, **await _lost(desk))


async def _lost(desk: Desk) -> dict[str, Any]:
    coordinates = desk.person.role is Role.COORDINATOR
    cases = await Deliveries(desk.session, desk.runtime.catalogue).troubled(desk.person)  # says who may see this page
    messages = await message_rows.lost(desk.session) if coordinates else ()
    shown = {
        "messages": [_message(desk, delivery, intake) for delivery, _, intake in messages] if coordinates else None,
        "cases": [_case(desk, delivery) for delivery in _most_pressing_first(cases)],
    }
    return kept_up_to_date(f"{PAGE}/lijst", hash_of(repr(shown)), **shown)


def _most_pressing_first(cases: Iterable[Delivery]) -> list[Delivery]:
    return sorted(cases, key=lambda one: (one.status not in AGAIN, one.created_at))


def _message(desk: Desk, delivery: MessageDelivery, intake: Intake | None) -> Lost:
    words = desk.wording
    return Lost(
        id=delivery.id,
        what=f"Bericht via {words.channel(delivery.channel)}",
        retry=f"{PAGE}/berichten/{delivery.id}",
        reference=intake.reference if intake else None,
        intake_id=intake.id if intake else None,
        team=words.team(intake.team) if intake else None,
        state=words.lost_message(delivery),
        why=words.lost_because(delivery),
        at=delivery.created_at,
        waits=True,
    )


def _case(desk: Desk, delivery: Delivery) -> Lost:
    return Lost(
        id=delivery.id,
        what=f"Naar {delivery.name}",
        retry=f"{PAGE}/doorgestuurd/{delivery.id}",
        reference=delivery.reference,
        intake_id=delivery.intake_id if desk.person.role is Role.COORDINATOR else None,
        team=None,
        state=desk.wording.case_delivery(delivery.status),
        why=delivery.problem or "",
        at=delivery.created_at,
        waits=delivery.status in AGAIN,
        next_at=delivery.next_at if delivery.status in {DeliveryStatus.WAITING, DeliveryStatus.ERASING} else None,
    )
