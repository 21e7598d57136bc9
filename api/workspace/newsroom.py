"""Looks for all open streams of this process at once: a word of news costs a few questions to the database, not some a colleague."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.database import Database, undisturbed
from api.dependencies import Current, SetUpFirst, check_set_up
from api.intakes import repository
from api.people import repository as people
from api.people.models import Person, Role
from api.people.sessions import idle_since
from api.settings import Settings
from api.workspace.bar import PLACES, alarms_for, count_for


@dataclass(frozen=True)
class Alarm:
    """Somebody in danger who has nobody yet: where to go, and nothing of what is the matter."""

    id: str
    reference: str


@dataclass(frozen=True)
class Situation:
    """What one person's browser must know: who is in danger, how much waits, and where the person helps (conversation to intake)."""

    person: str
    alarms: tuple[Alarm, ...]
    counts: tuple[int, ...]
    conversations: dict[str, str]


@dataclass(frozen=True)
class _Seen:
    """What is the same for everybody with this role in this team."""

    alarms: tuple[Alarm, ...]
    counts: tuple[int, ...]


class Newsroom:
    """The looks of one process. Who asks while one is going on is answered by the next: a look never began before it was asked for."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._asking: dict[str, asyncio.Future[Situation | None]] = {}
        self._looking: asyncio.Task[None] | None = None

    async def look(self, token_hash: str) -> Situation | None:
        """The situation of who holds this cookie; None when nobody does any more, or something must be set up first."""
        answer = self._asking.get(token_hash)
        if answer is None:
            answer = self._asking[token_hash] = asyncio.get_running_loop().create_future()
            if self._looking is None:
                self._looking = asyncio.create_task(self._look())
        # A browser that goes away does not take the answer from another with the same cookie.
        return await asyncio.shield(answer)

    async def _look(self) -> None:
        try:
            while self._asking:
                await asyncio.sleep(0)  # who was woken by the same word asks before we begin
                asking, self._asking = self._asking, {}
                try:
                    found = await undisturbed(self._situations(list(asking)))
                except Exception as error:  # noqa: BLE001  each stream says it as its own
                    for answer in asking.values():
                        if not answer.done():
                            answer.set_exception(error)
                    continue
                for token_hash, answer in asking.items():
                    if not answer.done():
                        answer.set_result(found.get(token_hash))
        finally:
            self._looking = None

    async def _situations(self, hashes: list[str]) -> dict[str, Situation]:
        now = clock.now()
        async with self._database.read() as session:
            held = await people.all_signed_in(session, hashes, now, idle_since(now))
            there = {
                token: person for token, (person, sign_in) in held.items() if self._may_work(Current(person, sign_in))
            }
            taken = await repository.taken_by(session, {person.id for person in there.values()})
            seen: dict[tuple[Role, str | None], _Seen] = {}
            found: dict[str, Situation] = {}
            for token, person in there.items():
                # What is shared with a volunteer is shared with that one alone.
                kind = (person.role, str(person.id) if person.role is Role.VOLUNTEER else person.team)
                if kind not in seen:
                    seen[kind] = await _seen_by(session, person)
                found[token] = Situation(
                    person=str(person.id),
                    alarms=seen[kind].alarms,
                    counts=(*seen[kind].counts, len(taken[person.id])),
                    conversations={
                        str(conversation): str(intake)
                        for intake, conversation in taken[person.id].items()
                        if conversation is not None
                    },
                )
            return found

    def _may_work(self, current: Current) -> bool:
        try:
            check_set_up(current, self._settings, "/werk")
        except SetUpFirst:
            return False
        return True


async def _seen_by(session: AsyncSession, person: Person) -> _Seen:
    alarms = tuple(Alarm(str(item.id), item.reference) for item in await alarms_for(session, person))
    keys = [place.key for place in PLACES[person.role] if place.key and place.key != "mine"]
    return _Seen(alarms, tuple([await count_for(session, person, key) for key in keys]))


def newsroom_of(request: Request) -> Newsroom:
    """The newsroom of this process."""
    state = request.app.state
    if not hasattr(state, "newsroom"):
        state.newsroom = Newsroom(state.runtime.database, state.runtime.settings)
    room = state.newsroom
    assert isinstance(room, Newsroom)
    return room
