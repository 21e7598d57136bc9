"""Takes the assistant's turns: one at a time in a conversation, in the order of the questions, found again after a crash."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.background import Worker
from api.conversations import repository
from api.conversations.assistant import Assistant, AssistantDown, Reply
from api.conversations.live import LiveHub
from api.conversations.models import Conversation, Kind, Message, Owner, Sender, Turn, TurnStatus
from api.conversations.service import Conversations
from api.conversations.without_assistant import answer_without_assistant
from api.database import Database
from api.privacy.pseudonyms import WORDS, pseudonymise, resolve
from api.privacy.repository import keep_in_vault, vault_of
from organisation import Catalogue

log = structlog.get_logger()

LEASE_MARGIN_SECONDS = 22.0
MAX_ATTEMPTS = 3
WHOLE_ANSWERS = {"name": "name"}
# What a resident may say instead of the name we asked for; anything else is that name.
OTHER_THAN_A_NAME = frozenset(
    {"stop", "why", "go_back", "correct", "dont_know", "deny", "affirm", "person", "privacy", "complaint"}
    | {f"crisis_{kind}" for kind in ("suicide", "violence", "danger")}
)
SURE = 0.6
KINDS_OF_WORD = {word: kind for kind, word in WORDS.items()}


@dataclass(frozen=True)
class _Work:
    """One turn as it was when it was taken."""

    turn_id: uuid.UUID
    conversation_id: uuid.UUID
    owner_version: int
    text: str
    payload: str | None
    asked_for: str | None
    known: dict[str, str]


class TurnTaker:
    """The background work of one process: as long as it runs, no question stays unanswered."""

    def __init__(
        self, database: Database, assistant: Assistant, catalogue: Catalogue, live: LiveHub, timeout: float
    ) -> None:
        self._database = database
        self._assistant = assistant
        self._catalogue = catalogue
        self._live = live
        self._timeout = timeout
        self.worker = Worker("turns", database, self._take_due, self._take)

    async def _take_due(self, session: AsyncSession, limit: int) -> Sequence[Turn]:
        # The assistant has given up long before the lease ends, so a turn that is taken again is one whose taker died.
        return await repository.take_turns(session, clock.now(), self._timeout + LEASE_MARGIN_SECONDS, limit)

    async def _take(self, turn: Turn) -> None:
        async with self._database.read() as session:
            conversation = await repository.get(session, turn.conversation_id)
            if conversation is None:
                return
            message = await repository.message_at(session, turn.conversation_id, turn.seq)
            known = await vault_of(session, turn.conversation_id)
        work = _work(turn, conversation, message, known)
        replies: list[Reply] | None
        try:
            if turn.attempts > MAX_ATTEMPTS:
                raise AssistantDown(f"{MAX_ATTEMPTS} attempts ended in a crash")
            replies = await self._ask(work)
            if not replies:
                raise AssistantDown("no answer")
        except (AssistantDown, TimeoutError) as error:
            if self.worker.stopping:
                async with self._database.write() as session:
                    await repository.give_back(session, work.turn_id)
                return
            log.warning("assistant_down", reason=str(error) or "timeout")
            replies = None
        await self._answer(work, replies)

    async def _ask(self, work: _Work) -> list[Reply]:
        """What the assistant says. Raises `AssistantDown` or `TimeoutError`; only waiting for the assistant is ever cut short."""
        deadline = asyncio.get_running_loop().time() + self._timeout
        text = work.text
        if work.payload is None:
            async with self.worker.patience(deadline):
                whole = await self._kind_of_whole_answer(work)
            # Only this turn fills the vault of its conversation; most messages hold nothing for it, and a commit costs time.
            text, fresh = pseudonymise(work.text, work.known, whole)
            if fresh:
                async with self._database.write() as session:
                    await keep_in_vault(session, work.conversation_id, KINDS_OF_WORD, fresh)
        async with self.worker.patience(deadline):
            return await self._assistant.say(work.conversation_id, work.turn_id, text, work.payload)

    async def _kind_of_whole_answer(self, work: _Work) -> str | None:
        """The kind of identifier the whole text is, when the assistant has just asked for one and gets it."""
        kind = WHOLE_ANSWERS.get(work.asked_for or "")
        if kind is None:
            return None
        heard = await self._assistant.understand(work.text)
        return None if heard.intent in OTHER_THAN_A_NAME and heard.confidence >= SURE else kind

    async def _answer(self, work: _Work, replies: list[Reply] | None) -> None:
        """Stores the answer, unless a person has taken over meanwhile: then it was never said. None: find one without the assistant."""
        async with self._database.write() as session:
            if not await repository.still_the_assistants(session, work.conversation_id, work.owner_version):
                await repository.finish_turn(session, work.turn_id, TurnStatus.DROPPED)
                log.info("late_answer_dropped", conversation=str(work.conversation_id))
                return
            if not await repository.finish_turn(session, work.turn_id, TurnStatus.ANSWERED):
                return
            conversation = await repository.get(session, work.conversation_id)
            assert conversation is not None
            if replies is None:
                replies = await answer_without_assistant(
                    session, self._catalogue, self._live, conversation, work.turn_id, work.text, work.payload
                )
            known = await vault_of(session, conversation.id)
            conversations = Conversations(session, self._catalogue, self._live)
            for reply in replies:
                await conversations.say(
                    conversation,
                    Sender.ASSISTANT,
                    self._catalogue.text("sender_assistant"),
                    resolve(reply.text, known),
                    kind=Kind(reply.kind),
                    choices=[(button.label, button.payload) for button in reply.buttons],
                    reference=reply.reference,
                )
            conversation.asked_for = replies[-1].asked_for
            if any(reply.hand_over for reply in replies):
                await conversations.pass_to(conversation, Owner.WAITING, actor="assistant")


def _work(turn: Turn, conversation: Conversation, message: Message, known: dict[str, str]) -> _Work:
    return _Work(
        turn_id=turn.id,
        conversation_id=conversation.id,
        owner_version=conversation.owner_version,
        text=message.text,
        payload=message.chosen_payload,
        asked_for=conversation.asked_for,
        known=known,
    )
