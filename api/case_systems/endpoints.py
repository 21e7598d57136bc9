"""Deliveries over HTTP: what did not arrive, try again, and news from other systems."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from api import clock
from api.case_systems import repository
from api.case_systems.build import NoSecret, callback_secret_of
from api.case_systems.schemas import CaseStatus, DeliveryItem, DeliveryList, Notification
from api.case_systems.service import Deliveries
from api.case_systems.webhook import key_of, signed_at
from api.dependencies import Bearer, CurrentPerson, ReadSession, RuntimeDep, WriteSession
from api.errors import NotFound, Unauthorized

router = APIRouter(tags=["case systems"])

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@router.get("/deliveries", operation_id="listDeliveries")
async def list_deliveries(current: CurrentPerson, session: ReadSession, runtime: RuntimeDep) -> DeliveryList:
    """What did not arrive yet in another case system, for coordinators and administrators."""
    found = await Deliveries(session, runtime.catalogue).troubled(current.person)
    return DeliveryList(items=[DeliveryItem.model_validate(delivery) for delivery in found])


@router.post("/deliveries/{delivery_id}/retry", operation_id="retryDelivery")
async def retry_delivery(
    delivery_id: uuid.UUID, current: CurrentPerson, session: WriteSession, runtime: RuntimeDep
) -> DeliveryItem:
    """Tries again at once, with a whole schedule ahead."""
    delivery = await Deliveries(session, runtime.catalogue).retry(current.person, delivery_id)
    runtime.delivering.worker.wake()
    return DeliveryItem.model_validate(delivery)


@router.post("/case-systems/{system}/notifications", status_code=204, operation_id="createNotification")
async def take_notification(
    system: str, body: Notification, bearer: Bearer, session: WriteSession, runtime: RuntimeDep
) -> None:
    """Something changed over there: look how it stands. Another system has a token of its own for this."""
    wanted = _callback_secret(runtime, system, lambda kind: kind != "webhook")
    if bearer is None or not secrets.compare_digest(bearer.credentials.encode(), wanted.encode()):
        raise Unauthorized("Dit kan alleen met het token van dit systeem.")
    named = set(_UUID.findall(f"{body.hoofdObject} {body.resourceUrl}".lower()))
    if await repository.look_soon(session, system, sorted(named), clock.now()):
        runtime.delivering.worker.wake()


async def _signed_at(system: str, request: Request, runtime: RuntimeDep) -> int:
    """When a webhook system signed this message. Looked at before what is in it."""
    secret = _callback_secret(runtime, system, lambda kind: kind == "webhook")
    at = signed_at(key_of(secret), request.headers, await request.body())
    if at is None:
        raise Unauthorized("De handtekening klopt niet, of het bericht is te oud.")
    return at


@router.post("/case-systems/{system}/statuses", status_code=204, operation_id="createCaseStatus")
async def take_status(
    system: str,
    body: CaseStatus,
    at: Annotated[int, Depends(_signed_at)],
    session: WriteSession,
    runtime: RuntimeDep,
) -> None:
    """How a question stands over there, told by a webhook system. Signed as Standard Webhooks prescribes, with the key of its own."""
    await Deliveries(session, runtime.catalogue).told(system, body, at)
    runtime.delivering.worker.wake()


def _callback_secret(runtime: RuntimeDep, system: str, fits: Callable[[str], bool]) -> str:
    settings = runtime.catalogue.case_systems.systems.get(system)
    try:
        if settings is not None and fits(settings.kind):
            return callback_secret_of(settings)
    except NoSecret:
        pass
    raise NotFound("Dit systeem is hier niet bekend.")
