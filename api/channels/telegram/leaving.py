"""`/stop`: the conversation is erased, here and in the assistant, and the chat forgotten."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.channels.telegram import repository
from api.channels.telegram.courtesies import Courtesies
from api.channels.telegram.visit import Door, Visit, mark_of
from api.conversations import repository as conversation_rows
from api.conversations.assistant import Assistant, AssistantDown
from api.database import Database
from api.intakes import repository as intake_rows
from api.intakes.lifecycle import OPEN
from api.intakes.service import Intakes


class Leaving:
    """How a resident stops. When somebody is still going to help, the first `/stop` is answered with what that would undo."""

    def __init__(self, door: Door, database: Database, assistant: Assistant, courtesies: Courtesies) -> None:
        self._door = door
        self._database = database
        self._assistant = assistant
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
        if chat is None:
            self._courtesies.say(chat_id, stopped)
            return
        try:
            # Outside any transaction: the assistant may take seconds, and nobody else should wait for it.
            await self._assistant.forget(chat.conversation_id)
        except AssistantDown:
            async with self._database.write() as session:
                if await repository.remember(session, self._door.bot_id, update_id, clock.now()):
                    visit, _ = await Visit.come_in(self._door, session, chat_id)
                    await visit.tell("telegram_stop_failed")
            return
        async with self._database.write() as session:
            if not await repository.remember(session, self._door.bot_id, update_id, clock.now()):
                return
            conversation = await conversation_rows.get(session, chat.conversation_id)
            if conversation is not None:
                await Intakes(session, self._door.catalogue, self._door.live).forget_conversation(conversation)
                await conversation_rows.erase(session, conversation.id)
                self._door.live.tell_on_commit(session, str(conversation.id))
        self._courtesies.say(chat_id, stopped)

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
