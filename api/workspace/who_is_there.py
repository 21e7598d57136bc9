"""Who else is with an intake now: the resident in the conversation, and colleagues. In words, and only for seconds."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from api.conversations.presence import RESIDENT, Doing, Sign
from api.intakes.lifecycle import OPEN
from api.intakes.models import Intake
from api.people import repository as people
from api.workspace.desk import Desk
from api.workspace.lists import hash_of

PUSHED = "telegram"
"""A channel whose pages are not ours: nobody knows whether somebody reads along there."""


@dataclass(frozen=True)
class There:
    """Sentences about who is there. `warning` is about a colleague who does the same at this moment."""

    resident: str | None
    warning: str | None

    @property
    def stand(self) -> str:
        """A short name for what is said."""
        return hash_of(repr((self.resident, self.warning)))


async def who_is_there(desk: Desk, intake: Intake) -> There:
    """For the one who helps: whether the resident reads along or types, and which colleague does."""
    if intake.conversation_id is None or intake.status not in OPEN:
        return There(None, None)
    conversation = str(intake.conversation_id)
    presence = desk.runtime.live.presence
    typing, here = presence.who(conversation, Doing.TYPING), presence.who(conversation, Doing.HERE)
    resident: str | None = "De inwoner is er nu niet. Uw antwoord blijft staan."
    if RESIDENT in typing:
        resident = "De inwoner typt …"
    elif RESIDENT in here:
        resident = "De inwoner leest mee."
    elif intake.contact_channel == PUSHED:
        resident = None
    writers = await _names(desk, typing)
    readers = await _names(desk, here)
    if writers:
        return There(resident, f"{_together(writers)} typt nu ook een antwoord.")
    return There(resident, f"{_together(readers)} leest ook mee." if readers else None)


async def who_looks(desk: Desk, intake: Intake) -> There:
    """For who may pick it up: which colleague has the same question open. Tells them the same of this person."""
    sign = Sign(f"intake-{intake.id}", str(desk.person.id), Doing.HERE)
    live = desk.runtime.live
    if intake.status in OPEN and live.presence.fades(sign):
        await live.signal(sign)
    names = await _names(desk, live.presence.who(sign.conversation, Doing.HERE))
    return There(None, f"{_together(names)} bekijkt deze vraag nu ook." if names else None)


async def _names(desk: Desk, who: frozenset[str]) -> list[str]:
    """The names of colleagues, this person left out."""
    found = [await people.get(desk.session, uuid.UUID(one)) for one in who - {RESIDENT, str(desk.person.id)}]
    return sorted(person.name for person in found if person is not None)


def _together(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} en {names[-1]}"
