"""Who may hand the conversation to whom: one table, looked up by every change."""

from __future__ import annotations

from api.conversations.models import Owner

ALLOWED_OWNER_CHANGES: frozenset[tuple[Owner, Owner]] = frozenset(
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


def may_pass(current: Owner, following: Owner) -> bool:
    """Whether the conversation may go from one owner to the next."""
    return (current, following) in ALLOWED_OWNER_CHANGES
