"""Who may hand the conversation to whom, and when it ends: one table, looked up by every change."""

from __future__ import annotations

from api.conversations.models import Owner, Status

State = tuple[Owner, Status]

_PASSED_ON: frozenset[tuple[Owner, Owner]] = frozenset(
    {
        (Owner.ASSISTANT, Owner.WAITING),  # a person was asked for
        (Owner.ASSISTANT, Owner.PROFESSIONAL),  # a professional claims the intake or takes over
        (Owner.WAITING, Owner.PROFESSIONAL),  # the person asked for arrives
        (Owner.WAITING, Owner.ASSISTANT),  # the resident goes on alone
        (Owner.PROFESSIONAL, Owner.PROFESSIONAL),  # another professional takes the intake
        (Owner.PROFESSIONAL, Owner.WAITING),  # the professional lets go and nobody has it yet
        (Owner.PROFESSIONAL, Owner.ASSISTANT),  # handed back
    }
)
ALLOWED_CHANGES: frozenset[tuple[State, State]] = frozenset(
    {((one, Status.OPEN), (other, Status.OPEN)) for one, other in _PASSED_ON}
    # Whoever had it, the resident can end it; after that nobody has it and nothing is said in it any more.
    | {((owner, Status.OPEN), (Owner.ASSISTANT, Status.CLOSED)) for owner in Owner}
)


def may_become(current: State, following: State) -> bool:
    """Whether a conversation may go from one owner and status to the next."""
    return (current, following) in ALLOWED_CHANGES
