"""What goes over the wire about the way of messages out: for those who help and for coordinators, never for residents."""

from __future__ import annotations

import datetime as dt
import uuid

from api.conversations.models import DeliveryStatus, Owner, Sender, Status
from api.conversations.schemas import MessageRead
from api.wire import View


class MessageDelivery(View):
    """What is known of one message that was sent through somebody else's service."""

    id: uuid.UUID
    channel: str
    status: DeliveryStatus
    reason: str | None
    attempts: int
    sent_at: dt.datetime | None


class DeliveredMessage(MessageRead):
    """A message as the one who helps sees it. Without `delivery` the resident reads it on our own page."""

    delivery: MessageDelivery | None = None


class IntakeConversation(View):
    """The conversation behind an intake."""

    messages: list[DeliveredMessage]
    owner: Owner | None
    status: Status | None


class LostMessage(MessageDelivery):
    """A message that did not arrive, or perhaps not. Holds nothing of what was said."""

    seq: int
    sender: Sender
    created_at: dt.datetime
    intake_id: uuid.UUID | None
    intake_reference: str | None
    team: str | None


class LostMessages(View):
    """What a coordinator has to look at."""

    items: list[LostMessage]
