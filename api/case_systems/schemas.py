"""What goes over the wire about deliveries, and what other systems tell us."""

from __future__ import annotations

import datetime as dt
import uuid

from pydantic import BaseModel, ConfigDict, Field

from api.wire import Body, View


class DeliveryItem(View):
    """A delivery for who looks after it: no content, and why it did not work."""

    id: uuid.UUID
    reference: str
    system: str
    name: str
    status: str
    attempts: int
    next_at: dt.datetime | None
    problem: str | None
    external_id: str | None
    created_at: dt.datetime


class DeliveryList(View):
    """What did not arrive, the oldest first."""

    items: list[DeliveryItem]


class Notification(BaseModel):
    """A notification of the Notificaties API (ZGW, 1.0). We believe only that something changed, and ask what."""

    model_config = ConfigDict(extra="ignore")

    kanaal: str = Field(max_length=100)
    hoofdObject: str = Field(max_length=1000)  # noqa: N815  the name in the standard
    resourceUrl: str = Field(max_length=1000)  # noqa: N815


class CaseStatus(Body):
    """How a question stands, told by a system that we cannot ask. `status` is what the resident reads: no names, no story."""

    reference: str = Field(max_length=20)
    status: str = Field(min_length=1, max_length=80)
    handled: bool = False
