"""Which status may follow which: one table, looked up by every change."""

from __future__ import annotations

from api.intakes.models import IntakeStatus as S

ALLOWED_STATUS_CHANGES: dict[S, frozenset[S]] = {
    S.NEW: frozenset({S.CLAIMED, S.TRANSFERRED, S.WITHDRAWN}),
    S.CLAIMED: frozenset({S.NEW, S.IN_PROGRESS, S.TRANSFERRED, S.CLOSED, S.WITHDRAWN}),
    S.IN_PROGRESS: frozenset({S.NEW, S.TRANSFERRED, S.CLOSED, S.WITHDRAWN}),
    S.TRANSFERRED: frozenset({S.CLAIMED, S.TRANSFERRED, S.WITHDRAWN}),
    S.CLOSED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
CLAIMABLE = frozenset(status for status, following in ALLOWED_STATUS_CHANGES.items() if S.CLAIMED in following)
OPEN = frozenset(S) - {S.CLOSED, S.WITHDRAWN}


def may_become(current: S, following: S) -> bool:
    """Whether an intake may go from one status to the next."""
    return following in ALLOWED_STATUS_CHANGES[current]
