"""Erasing and taking along: by the resident with the token, by a professional or from the command line with the reference."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.conversations import repository as conversation_rows
from api.conversations.live import LiveHub
from api.conversations.models import Conversation
from api.conversations.schemas import MessageRead
from api.intakes import repository as intake_rows
from api.intakes.models import Intake
from api.intakes.service import Intakes, whole
from api.privacy import audit
from api.privacy.audit import Verb
from api.rights import repository
from api.rights.forgetting import forget_soon
from organisation import Catalogue


class Rights:
    """What a resident may ask, within one transaction."""

    def __init__(self, session: AsyncSession, catalogue: Catalogue, live: LiveHub) -> None:
        self._session = session
        self._intakes = Intakes(session, catalogue, live)
        self._live = live

    async def erase_conversation(self, conversation: Conversation, by: uuid.UUID | str = audit.RESIDENT) -> None:
        """Erases a conversation, the content of its intakes, the vault, and what the assistant remembers, now or as soon as it answers."""
        await self._intakes.forget_conversation(conversation)
        await conversation_rows.erase(self._session, conversation.id)
        await forget_soon(self._session, conversation.id)
        audit.record(self._session, by=by, verb=Verb.ERASED, of=("conversation", conversation.id))
        self._live.tell_on_commit(self._session, str(conversation.id))  # open streams end now

    async def erase_by_reference(self, intake: Intake, by: uuid.UUID | str, reason: str | None = None) -> None:
        """The same for who has no token any more and asks for it in another way: check first who is asking."""
        conversation = await repository.conversation_of(self._session, intake)
        if conversation is not None:
            await self.erase_conversation(conversation, by)
        await repository.remove_rows(self._session, Intake, [intake.id])
        audit.record(self._session, by=by, verb=Verb.ERASED, of=("intake", intake.id), reason=reason)

    async def export_conversation(
        self, conversation: Conversation, by: uuid.UUID | str = audit.RESIDENT
    ) -> dict[str, Any]:
        """Everything we have of a resident (GDPR, articles 15 and 20), in a form that another program can read."""
        messages = await conversation_rows.messages_after(self._session, conversation.id, 0)
        intakes = await intake_rows.of_conversation(self._session, conversation.id)
        feedback = await repository.feedback_of(self._session, conversation.id)
        kept = await repository.vault_entries_of(self._session, conversation.id)
        audit.record(self._session, by=by, verb=Verb.EXPORTED, of=("conversation", conversation.id))
        return {
            "exportedAt": clock.now().isoformat(),
            "conversation": {
                "id": str(conversation.id),
                "channel": conversation.channel,
                "language": conversation.language,
                "createdAt": conversation.created_at.isoformat(),
                "messages": [
                    MessageRead.model_validate(row).model_dump(mode="json", by_alias=True) for row in messages
                ],
                "keptApart": [{"kind": entry.kind, "value": entry.value} for entry in kept],
                "feedback": [{"score": row.score, "text": row.text, "at": row.at.isoformat()} for row in feedback],
            },
            "intakes": [whole(intake).model_dump(mode="json", by_alias=True) for intake in intakes],
            "readAndChangedBy": await self._who([intake.id for intake in intakes]),
        }

    async def export_by_reference(self, intake: Intake, by: uuid.UUID | str) -> dict[str, Any]:
        """The same from an intake, also when its conversation is gone."""
        conversation = await repository.conversation_of(self._session, intake)
        if conversation is not None:
            return await self.export_conversation(conversation, by)
        await intake_rows.reload(self._session, intake)
        audit.record(self._session, by=by, verb=Verb.EXPORTED, of=("intake", intake.id))
        return {
            "exportedAt": clock.now().isoformat(),
            "conversation": None,
            "intakes": [whole(intake).model_dump(mode="json", by_alias=True)],
            "readAndChangedBy": await self._who([intake.id]),
        }

    async def _who(self, intake_ids: list[uuid.UUID]) -> list[dict[str, str | None]]:
        """Who read or changed it and when (NEN 7513: in a form that the person it is about understands)."""
        return [
            {"at": event.at.isoformat(), "what": event.verb, "who": name or event.actor}
            for event, name in await repository.audit_of(self._session, intake_ids)
        ]
