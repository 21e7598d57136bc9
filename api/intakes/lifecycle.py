"""Which change may happen to an intake in which status, and what it becomes: one table, looked up by every change."""

from __future__ import annotations

import enum
from typing import NamedTuple

from api.intakes.models import IntakeStatus as S


class Change(enum.StrEnum):
    """What can happen to the status of an intake."""

    CLAIM = "claim"
    RELEASE = "release"
    REPLY = "reply"
    TRANSFER = "transfer"
    CLOSE = "close"
    CLOSE_ELSEWHERE = "close_elsewhere"
    REOPEN = "reopen"
    REOPEN_FOR_TEAM = "reopen_for_team"
    WITHDRAW = "withdraw"


class Allowed(NamedTuple):
    """From which statuses a change may be made, and which status follows."""

    before: frozenset[S]
    after: S


ALLOWED: dict[Change, Allowed] = {
    Change.CLAIM: Allowed(frozenset({S.NEW, S.TRANSFERRED}), S.CLAIMED),
    # From transferred: who passed it on leaves before a colleague has come.
    Change.RELEASE: Allowed(frozenset({S.CLAIMED, S.IN_PROGRESS, S.TRANSFERRED}), S.NEW),
    Change.REPLY: Allowed(frozenset({S.CLAIMED}), S.IN_PROGRESS),
    Change.TRANSFER: Allowed(frozenset({S.NEW, S.CLAIMED, S.IN_PROGRESS, S.TRANSFERRED}), S.TRANSFERRED),
    Change.CLOSE: Allowed(frozenset({S.CLAIMED, S.IN_PROGRESS, S.TRANSFERRED}), S.CLOSED),
    # Another case system says that it was handled there, and nobody has it here.
    Change.CLOSE_ELSEWHERE: Allowed(frozenset({S.NEW, S.TRANSFERRED}), S.CLOSED),
    # By who closed it.
    Change.REOPEN: Allowed(frozenset({S.CLOSED}), S.CLAIMED),
    # By a coordinator.
    Change.REOPEN_FOR_TEAM: Allowed(frozenset({S.CLOSED}), S.NEW),
    Change.WITHDRAW: Allowed(frozenset({S.NEW, S.CLAIMED, S.IN_PROGRESS, S.TRANSFERRED}), S.WITHDRAWN),
}
CLAIMABLE = ALLOWED[Change.CLAIM].before
OPEN = frozenset(S) - {S.CLOSED, S.WITHDRAWN}
