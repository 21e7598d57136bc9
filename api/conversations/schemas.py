"""What goes over the wire about conversations. Names are those of the contract: camelCase, times in UTC."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from api.conversations.models import Kind, Owner, Sender, Status
from api.wire import Body, NonBlank, View

# The languages of the contract; what we can say in each is in the catalogue.
LanguageCode = Literal["nl", "en", "ar", "uk", "pl", "tr", "ti"]


class Choice(View):
    """One answer that can be given with a button."""

    id: str
    label: str


class MessageRead(View):
    """A message as resident and professional see it."""

    seq: int
    sender: Sender
    sender_name: str
    text: str
    choices: list[Choice]
    created_at: dt.datetime
    kind: Kind
    intake_reference: str | None = None


class ConversationCreate(Body):
    """How a conversation begins."""

    channel: Literal["web"] = "web"
    language: LanguageCode = "nl"


class ConversationChange(Body):
    """What a resident can change about a conversation: the language in which we speak."""

    language: LanguageCode


class ConversationCreated(View):
    """The only time the token is shown: it is the key to this conversation."""

    id: uuid.UUID
    token: str
    messages: list[MessageRead]


class MessageCreate(Body):
    """What a resident says: free text or one of the offered choices."""

    client_message_id: uuid.UUID
    text: NonBlank | None = None
    choice: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> MessageCreate:
        if (self.text is None) == (self.choice is None):
            raise ValueError("send either text or choice")
        return self


class MessageAccepted(View):
    """The message is stored under this number."""

    seq: int


class ProfessionalRead(View):
    """Who answers: the name and team that the resident may know."""

    name: str
    team: str | None


class ConversationRead(View):
    """What is new, and how things stand. `professional` is there while somebody has the conversation."""

    messages: list[MessageRead]
    owner: Owner
    status: Status
    language: str
    assistant_busy: bool
    professional: ProfessionalRead | None = None
    professional_typing: bool = False


class FeedbackCreate(Body):
    """One score, and words if the resident likes."""

    score: int = Field(ge=1, le=5)
    text: NonBlank | None = None
