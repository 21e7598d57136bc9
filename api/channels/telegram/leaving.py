"""`/stop`: the conversation is erased here and the chat forgotten; the assistant forgets it now, or as soon as it answers again."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.channels.telegram import repository
from api.channels.telegram.courtesies import Courtesies
from api.channels.telegram.visit import Door, Visit, mark_of
from api.conversations import repository as conversation_rows
from api.database import Database
from api.intakes import repository as intake_rows
from api.intakes.lifecycle import OPEN
from api.rights.service import Rights


class Leaving:
    """How a resident stops. When somebody is still going to help, the first `/stop` is answered with what that would undo."""

    def __init__(self, door: Door, database: Database, courtesies: Courtesies) -> None:
        self._door = door
        self._database = database
        self._courtesies = courtesies

    async def stop(self, update_id: int, chat_id: int) -> None:
        """Takes the command."""
        stopped = self._door.catalogue.text("telegram_stopped")
        async with self._database.write() as session:
            if await repository.heard_before(session, self._door.bot_id, update_id):
                return
            mark = mark_of(self._door.bot_id, chat_id)
            chat = await repository.chat_by_fingerprint(session, mark)
            if chat is None:
                await repository.remember(session, self._door.bot_id, update_id, clock.now())
            elif not await self._means_it(session, update_id, chat_id):
                return
            else:
                await self._erase(session, update_id, chat.conversation_id)
        self._courtesies.say(chat_id, stopped)

    async def _erase(self, session: AsyncSession, update_id: int, conversation_id: uuid.UUID) -> None:
        await repository.remember(session, self._door.bot_id, update_id, clock.now())
        conversation = await conversation_rows.get(session, conversation_id)
        if conversation is not None:
            await Rights(session, self._door.catalogue, self._door.live).erase_conversation(conversation)

    async def _means_it(self, session: AsyncSession, update_id: int, chat_id: int) -> bool:
        """Whether nothing is undone by stopping, or the resident knows what is. Else tells it, and the update is heard."""
        visit, _ = await Visit.come_in(self._door, session, chat_id)
        intakes = await intake_rows.of_conversation(session, visit.conversation.id)
        waiting = [intake.reference for intake in intakes if intake.status in OPEN]
        if not waiting or await visit.asked_to_stop():
            return True
        await repository.remember(session, self._door.bot_id, update_id, clock.now())
        await visit.tell("telegram_stop_sure", reference=", ".join(waiting))
        return False
