"""Takes the assistant's turns: one at a time in a conversation, in the order of the questions, found again after a crash."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.background import Worker
from api.conversations import repository
from api.conversations.assistant import Assistant, AssistantDown, Reply
from api.conversations.danger import warn
from api.conversations.live import LiveHub
from api.conversations.models import Kind, Owner, Sender, Turn, TurnKind, TurnStatus
from api.conversations.service import Conversations
from api.conversations.without_assistant import answer_without_assistant
from api.database import Database, after_commit
from api.privacy.pseudonyms import WORDS, pseudonymise, resolve
from api.privacy.repository import keep_in_vault, vault_of
from organisation import Catalogue
from organisation.crisis import find_crisis

log = structlog.get_logger()

LEASE_MARGIN_SECONDS = 12.0
# Storing the honest answer takes time too, and has to fit in what was promised.
STORING_SECONDS = 0.5
# Who waits in the queue this long before the promise runs out will not be heard in time: the honest answer needs no assistant.
LATE_SECONDS = 1.5
MAX_ATTEMPTS = 3
# More at once only makes Rasa, which has one processor, answer each of them later.
AT_ONCE = 8
WHOLE_ANSWERS = {"name": "name"}
# What a resident may say instead of the name we asked for; anything else is that name.
OTHER_THAN_A_NAME = frozenset(
    {"stop", "why", "go_back", "correct", "dont_know", "deny", "affirm", "person", "privacy", "complaint"}
    | {f"crisis_{kind}" for kind in ("suicide", "violence", "danger")}
)
SURE = 0.6
KINDS_OF_WORD = {word: kind for kind, word in WORDS.items()}


@dataclass(frozen=True)
class Work:
    """One turn as it was when it was taken, and by when (in the loop's time) the resident has to have an answer."""

    turn_id: uuid.UUID
    kind: TurnKind
    attempts: int
    conversation_id: uuid.UUID
    owner_version: int
    text: str
    payload: str | None
    language: str
    asked_for: str | None
    known: dict[str, str]
    deadline: float


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
        self._started_at = clock.now()
        self.worker = Worker("turns", database, self._take_due, self._take, at_once=AT_ONCE)
        self.late = Worker("late turns", database, self._take_late, self._apologise, look_again_seconds=0.5)

    async def expect(self, session: AsyncSession, conversation_id: uuid.UUID) -> None:
        """There is a new turn in the transaction of `session`: taken in that same transaction when there is room, else soon."""
        if self.worker.at_work >= AT_ONCE or self.worker.stopping:
            return  # whoever ends a turn looks for the next
        for work in await self._take_due(session, 1, conversation_id):
            after_commit(session, partial(self.worker.begin, work))

    async def _take_due(
        self, session: AsyncSession, limit: int, conversation_id: uuid.UUID | None = None
    ) -> Sequence[Work]:
        # The assistant has given up long before the lease ends, so a turn that is taken again is one whose taker died.
        lease = self._timeout + LEASE_MARGIN_SECONDS
        turns = await repository.take_turns(session, clock.now(), lease, limit, conversation_id)
        return [await self._work(session, turn) for turn in turns]

    async def _take_late(self, session: AsyncSession, limit: int) -> Sequence[Work]:
        lease = self._timeout + LEASE_MARGIN_SECONDS
        before = clock.now() - dt.timedelta(seconds=self._timeout - LATE_SECONDS)
        turns = await repository.take_late_turns(session, clock.now(), lease, limit, (self._started_at, before))
        return [await self._work(session, turn) for turn in turns]

    async def _work(self, session: AsyncSession, turn: Turn) -> Work:
        conversation = await repository.get(session, turn.conversation_id)
        assert conversation is not None, "the turn goes with its conversation"
        message = await repository.message_at(session, turn.conversation_id, turn.seq)
        return Work(
            turn_id=turn.id,
            kind=turn.kind,
            attempts=turn.attempts,
            conversation_id=conversation.id,
            owner_version=conversation.owner_version,
            text=message.text,
            payload=message.chosen_payload,
            language=conversation.language,
            asked_for=conversation.asked_for,
            known=await vault_of(session, turn.conversation_id),
            deadline=asyncio.get_running_loop().time() + self._time_left(turn),
        )

    def _time_left(self, turn: Turn) -> float:
        """Seconds from now. Waiting in our queue counts; what a process that died left behind gets the whole time."""
        whole = self._timeout - STORING_SECONDS
        if turn.attempts > 1 or turn.created_at < self._started_at:
            return whole
        return whole - (clock.now() - turn.created_at).total_seconds()

    async def _apologise(self, work: Work) -> None:
        log.warning("assistant_overloaded")
        await self._answer(work, None)

    async def _take(self, work: Work) -> None:
        if work.kind is TurnKind.WATCH:
            await self._watch(work)
            return
        replies: list[Reply] | None
        try:
            if work.attempts > MAX_ATTEMPTS:
                raise AssistantDown(f"{MAX_ATTEMPTS} attempts ended in a crash")
            replies = await self._ask(work)
            if not replies:
                raise AssistantDown("no answer")
        except (AssistantDown, TimeoutError) as error:
            if self.worker.stopping:
                await self._give_back(work)
                return
            log.warning("assistant_down", reason=str(error) or "timeout")
            replies = None
        await self._answer(work, replies)

    async def _give_back(self, work: Work) -> None:
        async with self._database.write() as session:
            await repository.give_back(session, work.turn_id)

    async def _watch(self, work: Work) -> None:
        """Looks whether somebody is in danger, in what is said to a person: by rule at once, else as the assistant hears it."""
        danger: str | None = find_crisis(work.text, self._catalogue.crisis_rules)
        if danger is None and work.payload is None and work.attempts <= MAX_ATTEMPTS:
            try:
                async with self.worker.patience(work.deadline):
                    heard = await self._assistant.understand(pseudonymise(work.text, work.known)[0])
                danger = heard.crisis
            except (AssistantDown, TimeoutError) as error:
                if self.worker.stopping:
                    await self._give_back(work)
                    return
                log.warning("danger_by_rule_only", reason=str(error) or "timeout")
        async with self._database.write() as session:
            if not await repository.finish_turn(session, work.turn_id, TurnStatus.DROPPED):
                return
            if danger is not None and (conversation := await repository.get(session, work.conversation_id)):
                await warn(session, self._catalogue, self._live, conversation, danger)

    async def _ask(self, work: Work) -> list[Reply]:
        """What the assistant says. Raises `AssistantDown` or `TimeoutError`; only waiting for the assistant is ever cut short."""
        text = work.text
        if work.payload is None:
            async with self.worker.patience(work.deadline):
                whole = await self._kind_of_whole_answer(work)
            # Only this turn fills the vault of its conversation; most messages hold nothing for it, and a commit costs time.
            text, fresh = pseudonymise(work.text, work.known, whole)
            if fresh:
                async with self._database.write() as session:
                    await keep_in_vault(session, work.conversation_id, KINDS_OF_WORD, fresh)
        async with self.worker.patience(work.deadline):
            return await self._assistant.say(work.conversation_id, work.turn_id, text, work.payload, work.language)

    async def _kind_of_whole_answer(self, work: Work) -> str | None:
        """The kind of identifier the whole text is, when the assistant has just asked for one and gets it."""
        kind = WHOLE_ANSWERS.get(work.asked_for or "")
        if kind is None:
            return None
        heard = await self._assistant.understand(work.text)
        return None if heard.intent in OTHER_THAN_A_NAME and heard.confidence >= SURE else kind

    async def _answer(self, work: Work, replies: list[Reply] | None) -> None:
        """Stores the answer, unless a person has taken over meanwhile: then it was never said. None: find one without the assistant."""
        async with self._database.write() as session:
            if not await repository.still_the_assistants(session, work.conversation_id, work.owner_version):
                await repository.leave_to_watch(session, work.turn_id)
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
                    self._catalogue.text("sender_assistant", conversation.language),
                    resolve(reply.text, known),
                    kind=Kind(reply.kind),
                    choices=[(button.label, button.payload) for button in reply.buttons],
                    reference=reply.reference,
                )
            conversation.asked_for = replies[-1].asked_for
            if spoken := next((reply.language for reply in replies if reply.language), None):
                conversations.speak(conversation, spoken)
            if any(reply.hand_over for reply in replies):
                await conversations.pass_to(conversation, Owner.WAITING, actor="assistant")
