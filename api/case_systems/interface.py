"""What every case system can do, and what it is given. A new kind of system implements `CaseSystem` and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol


class NotNow(Exception):
    """It did not work, and later it may: no answer, too busy, an error over there. The message holds a code, no content."""


class Refused(Exception):
    """It says no for good: trying the same again is of no use, a person must look. The message holds codes and names of fields."""


@dataclass(frozen=True)
class Case:
    """What goes to another system of one intake."""

    reference: str
    subject: str
    """The service in words, such as "Schuldhulpverlening"."""
    service: str | None
    area: str | None
    team: str | None
    team_name: str | None
    urgency: str
    """In Dutch words, with why."""
    due_at: dt.datetime
    created_at: dt.datetime
    language: str
    summary: str
    name: str | None
    phone: str | None
    email: str | None
    contact_preference: str | None


@dataclass(frozen=True)
class RemoteStatus:
    """How it stands over there."""

    text: str
    handled: bool


Remember = Callable[[str, str], Awaitable[None]]


class Steps:
    """What was done already over there. Each step is stored as soon as it is done, so that no retry does it twice."""

    def __init__(self, done: Mapping[str, str], remember: Remember) -> None:
        self._done = dict(done)
        self._remember = remember

    def get(self, step: str) -> str | None:
        """What this step made; None when it was not done yet, as far as we know."""
        return self._done.get(step)

    async def keep(self, step: str, made: str) -> str:
        """Stores what this step made. Gives it back."""
        self._done[step] = made
        await self._remember(step, made)
        return made

    async def once(self, step: str, do: Callable[[], Awaitable[str]]) -> str:
        """Does a step unless it was done before."""
        done = self.get(step)
        return done if done is not None else await self.keep(step, await do())


class CaseSystem(Protocol):
    """One other case system. All of these raise `NotNow` or `Refused`."""

    async def deliver(self, case: Case, steps: Steps) -> str:
        """Makes sure the case is there, exactly once, whatever an earlier attempt came to. Gives the id it has there."""
        ...

    async def erase(self, reference: str, steps: Steps) -> None:
        """Makes sure the case is not there any more, also when we never heard that it was made."""
        ...

    async def status(self, steps: Steps) -> RemoteStatus | None:
        """How the case stands; None when this system cannot tell."""
        ...

    async def stands(self, reference: str, steps: Steps, *, closed: bool) -> None:
        """Says that the question was closed here, or is open again: so that nobody over there does it a second time. No words."""
        ...

    async def close(self) -> None:
        """Gives its connections back."""
        ...


def cut(text: str, longest: int) -> str:
    """A text that fits where only so many characters are taken, with a sign that there is more."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
