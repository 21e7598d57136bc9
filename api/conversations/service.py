"""What happens in a conversation: it opens, somebody speaks, the owner changes, it is read, it is erased."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import repository
from api.conversations.live import LiveHub
from api.conversations.models import (
    Conversation,
    Feedback,
    Kind,
    Message,
    MessageDelivery,
    Owner,
    OwnerChange,
    Sender,
    Status,
    Turn,
    TurnKind,
)
from api.conversations.ownership import may_become
from api.conversations.presence import RESIDENT, Doing
from api.conversations.schemas import ConversationRead, FeedbackCreate, MessageCreate, MessageRead, ProfessionalRead
from api.errors import BadRequest, Conflict, NotFound
from api.people import repository as people
from api.privacy.encryption import fingerprint
from api.privacy.pseudonyms import mask_bsn
from organisation import Catalogue

RESIDENT_NAME = "U"
PUSHED_CHANNELS = frozenset({"telegram"})
"""Where a message has to be sent; on the web the page reads."""
NOT_HERE = "Dit gesprek is er niet (meer). Begin een nieuw gesprek."


def hash_token(token: str) -> str:
    """What we keep of a token: enough to recognise it, useless to whoever reads the database."""
    return hashlib.sha256(token.encode()).hexdigest()


class Conversations:
    """Conversations within one transaction."""

    def __init__(self, session: AsyncSession, catalogue: Catalogue, live: LiveHub) -> None:
        self._session = session
        self._catalogue = catalogue
        self._live = live

    async def open(self, channel: str, language: str) -> tuple[Conversation, str, Message]:
        """A new conversation, its token (192 bits, shown once), and the greeting that says this is a machine (AI Act, article 50)."""
        token = secrets.token_urlsafe(24)
        conversation = Conversation(channel=channel, language=language, token_hash=hash_token(token))
        await repository.add(self._session, conversation)
        greeting = await self.say(
            conversation,
            Sender.ASSISTANT,
            self._catalogue.text("sender_assistant", language),
            self._catalogue.text("greeting", language),
        )
        return conversation, token, greeting

    async def find(self, conversation_id: uuid.UUID, token: str | None) -> Conversation:
        """The conversation this token opens. Raises `NotFound` for any other, whether it exists or not."""
        conversation = await repository.by_token(self._session, conversation_id, hash_token(token)) if token else None
        if conversation is None:
            raise NotFound(NOT_HERE)
        return conversation

    async def receive(self, conversation: Conversation, message: MessageCreate) -> tuple[int, bool]:
        """Stores what the resident says, with the turn it asks of the assistant. Gives the seq, and whether it is new.

        Raises `Conflict` when the same id comes with another body and `BadRequest` for a choice that is not on offer.
        """
        same = fingerprint(f"{message.text!r}|{message.choice!r}")
        earlier = await self._earlier(conversation, message.client_message_id)
        if earlier is not None:
            if earlier.fingerprint != same:
                raise Conflict("Onder dit nummer is al een ander bericht verstuurd. Gebruik een nieuw clientMessageId.")
            return earlier.seq, False
        if conversation.status is Status.CLOSED:
            raise Conflict("Dit gesprek is afgesloten. Begin een nieuw gesprek.")
        if message.choice is not None:
            offered = await repository.open_choices(self._session, conversation.id)
            if message.choice not in offered:
                raise BadRequest("Deze keuze kan niet meer. Typ uw antwoord, of kies een knop van de laatste vraag.")
            text, payload = offered[message.choice]
        else:
            assert message.text is not None
            text, payload = message.text, None
        return await self.hear(conversation, message.client_message_id, text, payload, same), True

    async def hear(
        self,
        conversation: Conversation,
        message_id: uuid.UUID,
        text: str,
        payload: str | None = None,
        same: str | None = None,
    ) -> int:
        """Stores what a resident said or chose, under the sender's own id for it, with the turn it asks for. Gives the seq.

        When a person answers, the assistant still listens whether somebody is in danger.
        """
        masked = mask_bsn(text)
        seq = await repository.next_seq(self._session, conversation.id)
        await repository.add(
            self._session,
            Message(
                conversation_id=conversation.id,
                seq=seq,
                sender=Sender.RESIDENT,
                sender_name=RESIDENT_NAME,
                text=masked,
                chosen_payload=payload,
                client_message_id=message_id,
                fingerprint=same,
            ),
            Turn(
                conversation_id=conversation.id,
                seq=seq,
                kind=TurnKind.ANSWER if conversation.owner is Owner.ASSISTANT else TurnKind.WATCH,
            ),
        )
        if masked != text:
            await self.notice(conversation, self._catalogue.text("bsn_removed", conversation.language))
        self._tell(conversation.id)
        return seq

    async def say(
        self,
        conversation: Conversation,
        sender: Sender,
        sender_name: str,
        text: str,
        *,
        kind: Kind = Kind.TEXT,
        choices: Sequence[tuple[str, str]] = (),
        reference: str | None = None,
    ) -> Message:
        """Stores a message to the resident. `choices` are (label, payload); each gets an id of its own."""
        message = Message(
            conversation_id=conversation.id,
            seq=await repository.next_seq(self._session, conversation.id),
            sender=sender,
            sender_name=sender_name,
            kind=kind,
            text=text,
            choices=[
                {"id": secrets.token_urlsafe(8), "label": label, "payload": payload} for label, payload in choices
            ],
            intake_reference=reference,
        )
        await repository.add(self._session, message)
        if conversation.channel in PUSHED_CHANNELS:
            await repository.add(
                self._session,
                MessageDelivery(
                    conversation_id=conversation.id,
                    message_id=message.id,
                    channel=conversation.channel,
                    seq=message.seq,
                ),
            )
            self._live.tell_on_commit(self._session, LiveHub.OUTBOX)
        self._tell(conversation.id)
        return message

    def speak(self, conversation: Conversation, language: str) -> None:
        """From now on we say what we can in this language."""
        conversation.language = language
        self._tell(conversation.id)

    async def notice(self, conversation: Conversation, text: str) -> Message:
        """Tells the resident something about the conversation itself: who came, who went."""
        return await self.say(
            conversation,
            Sender.SYSTEM,
            self._catalogue.text("sender_system", conversation.language),
            text,
            kind=Kind.NOTICE,
        )

    async def pass_to(
        self, conversation: Conversation, owner: Owner, actor: str, professional_id: uuid.UUID | None = None
    ) -> None:
        """Changes the owner, and writes down who did it.

        Raises `Conflict` when this change is not allowed or somebody else changed the conversation at the same moment.
        """
        await self._change(conversation, owner, conversation.status, actor, professional_id)

    async def close(self, conversation: Conversation, actor: str) -> None:
        """Ends the conversation: it can be read, and nothing is said in it any more. Raises `Conflict` as `pass_to` does."""
        await self._change(conversation, Owner.ASSISTANT, Status.CLOSED, actor, None)

    async def _change(
        self, conversation: Conversation, owner: Owner, status: Status, actor: str, professional_id: uuid.UUID | None
    ) -> None:
        if not may_become((conversation.owner, conversation.status), (owner, status)):
            raise Conflict("Dit gesprek kan nu niet van eigenaar wisselen. Laad de pagina opnieuw.")
        if not await repository.change_owner(self._session, conversation, owner, status, professional_id):
            raise Conflict("Iemand anders was net eerder. Laad de pagina opnieuw.")
        await repository.add(
            self._session,
            OwnerChange(
                conversation_id=conversation.id,
                version=conversation.owner_version,
                owner=owner,
                status=conversation.status,
                actor=actor,
            ),
        )
        if owner is not Owner.ASSISTANT or status is Status.CLOSED:
            await repository.only_watch(self._session, conversation.id)
        self._tell(conversation.id)

    async def _earlier(self, conversation: Conversation, message_id: uuid.UUID) -> Message | None:
        """What was stored under this id before. Who says something waits here for whoever else says something."""
        await repository.lock(self._session, conversation)
        return await repository.by_client_id(self._session, conversation.id, message_id)

    async def read(self, conversation: Conversation, after: int) -> ConversationRead:
        """Everything later than `after`, and how things stand."""
        messages = await repository.messages_after(self._session, conversation.id, after)
        busy = await repository.has_pending_turn(self._session, conversation.id)
        return ConversationRead(
            messages=[MessageRead.model_validate(message) for message in messages],
            owner=conversation.owner,
            status=conversation.status,
            language=conversation.language,
            assistant_busy=busy,
            professional=await self._professional(conversation),
            professional_typing=conversation.owner is Owner.PROFESSIONAL
            and bool(self._live.presence.who(str(conversation.id), Doing.TYPING) - {RESIDENT}),
        )

    async def _professional(self, conversation: Conversation) -> ProfessionalRead | None:
        if conversation.owner is not Owner.PROFESSIONAL or conversation.professional_id is None:
            return None
        person = await people.get(self._session, conversation.professional_id)
        if person is None:
            return None
        team = self._catalogue.teams.get(person.team or "")
        return ProfessionalRead(name=person.name, team=team.name if team else None)

    async def keep_feedback(self, conversation: Conversation, feedback: FeedbackCreate) -> None:
        """Stores what the resident thought of it."""
        await repository.add(
            self._session, Feedback(conversation_id=conversation.id, score=feedback.score, text=feedback.text)
        )

    def _tell(self, conversation_id: uuid.UUID) -> None:
        self._live.tell_on_commit(self._session, str(conversation_id))
