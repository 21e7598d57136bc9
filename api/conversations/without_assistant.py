"""What the service says by itself when the assistant does not answer: help in danger, the truth, a number, and a person."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.conversations import repository
from api.conversations.assistant import Button, Reply
from api.conversations.live import LiveHub
from api.conversations.models import Conversation, Sender
from api.intakes.schemas import Consent, IntakeCreate
from api.intakes.service import Intakes
from organisation import Catalogue
from organisation.crisis import find_crisis

ASK_FOR_PERSON = "/person"
CONSENT = "De inwoner vroeg zelf om een medewerker die meeleest."
LONGEST_SUMMARY = 3500


async def answer_without_assistant(
    session: AsyncSession,
    catalogue: Catalogue,
    live: LiveHub,
    conversation: Conversation,
    turn_id: uuid.UUID,
    text: str,
    payload: str | None,
) -> list[Reply]:
    """The answer to one message. Asking for a person works without the assistant; the rules for danger do too."""
    if payload == ASK_FOR_PERSON:
        return [await _ask_a_person(session, catalogue, live, conversation, turn_id)]
    button = Button(catalogue.text("assistant_down_choice", conversation.language), ASK_FOR_PERSON)
    apology = Reply(catalogue.text("assistant_down", conversation.language), (button,), kind="notice")
    danger = find_crisis(text, catalogue.crisis_rules)
    return (
        [Reply(catalogue.crisis_text(danger, conversation.language), kind="crisis"), apology] if danger else [apology]
    )


async def _ask_a_person(
    session: AsyncSession, catalogue: Catalogue, live: LiveHub, conversation: Conversation, turn_id: uuid.UUID
) -> Reply:
    messages = await repository.messages_after(session, conversation.id, 0)
    told = "\n".join(message.text for message in messages if message.sender is Sender.RESIDENT)
    intake, _ = await Intakes(session, catalogue, live).create(
        IntakeCreate(
            conversation_id=conversation.id,
            language=conversation.language,
            summary=told[:LONGEST_SUMMARY],
            consent=Consent(given_at=clock.now(), text=CONSENT),
        ),
        key=f"without-assistant:{turn_id}",
    )
    said = catalogue.text("person_asked", conversation.language, reference=intake.reference)
    return Reply(said, kind="reference", reference=intake.reference, hand_over=True)
