"""The audit log: who did or read what, when and why, in a chain that shows when a row was changed or taken out.

One call in the transaction of what is being done: `record(session, by=person.id, verb=Verb.READ, of=("intake", intake.id))`. The row is
written just before that transaction is committed, so it is there exactly when the deed is. It holds no content: ids, words of a closed
list, and the reason that somebody gave, redacted and encrypted. What a line must tell follows NEN 7513; reading is logged too.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import hmac
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from api import clock
from api.database import before_commit
from api.privacy import repository
from api.privacy.models import AuditEvent
from api.privacy.pseudonyms import redact
from api.request_id import current_request_id

_PENDING = "audit"


class Verb(enum.StrEnum):
    """What was done. A new deed gets a word here, never a sentence of its own."""

    READ = "read"
    CREATED = "created"
    CLAIMED = "claimed"
    RELEASED = "released"
    TRANSFERRED = "transferred"
    REPLIED = "replied"
    NOTED = "noted"
    CORRECTED = "corrected"
    CLOSED = "closed"
    REFERRED = "referred"
    REOPENED = "reopened"
    ESCALATED = "escalated"
    RETRIED = "retried"
    WITHDRAWN = "withdrawn"
    SHARED = "shared"
    UNSHARED = "unshared"
    BROKE_GLASS = "broke_glass"
    EXPORTED = "exported"
    ERASED = "erased"
    EXPIRED = "expired"
    DELIVERED = "delivered"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    LOCKED = "locked"
    SIGNED_OUT = "signed_out"
    CHANGED = "changed"
    REFUSED = "refused"
    KEYS_ROTATED = "keys_rotated"


# Who can act besides a person who signed in.
RESIDENT, ASSISTANT, SYSTEM = "resident", "assistant", "system"


@dataclass(frozen=True)
class _Entry:
    """One line that waits for the commit, and the savepoint it belongs to: undone together."""

    event: AuditEvent
    savepoint: SessionTransaction | None


def record(
    session: AsyncSession,
    *,
    by: uuid.UUID | str,
    verb: Verb,
    of: tuple[str, uuid.UUID | str | None],
    change: tuple[str | None, str | None] = (None, None),
    reason: str | None = None,
) -> None:
    """Writes one line when, and only when, the transaction of `session` is committed (`Database.write`).

    `by` is the id of a person, or `RESIDENT`, `ASSISTANT` or `SYSTEM`; `of` the kind and id of what it was done to; `change` from what
    to what (slugs and statuses, no content); `reason` what somebody gave as reason.
    """
    entries: list[_Entry] = session.info.setdefault(_PENDING, [])
    if not entries:
        before_commit(session, lambda: _append(session))
        _forget_what_is_undone(session.sync_session)
    entries.append(
        _Entry(
            AuditEvent(
                at=clock.now(),
                actor=str(by),
                verb=verb.value,
                object_kind=of[0],
                object_id=str(of[1]) if of[1] is not None else None,
                changed_from=change[0],
                changed_to=change[1],
                reason=redact(reason)[0] if reason else None,
                request_id=current_request_id(),
            ),
            session.sync_session.get_nested_transaction(),
        )
    )


def _forget_what_is_undone(session: Session) -> None:
    if event.contains(session, "after_soft_rollback", _on_rollback):
        return
    event.listen(session, "after_soft_rollback", _on_rollback)


def _on_rollback(session: Session, undone: SessionTransaction) -> None:
    entries: list[_Entry] = session.info.get(_PENDING, [])
    entries[:] = [entry for entry in entries if undone.nested and not _within(entry.savepoint, undone)]


def _within(savepoint: SessionTransaction | None, undone: SessionTransaction) -> bool:
    while savepoint is not None and savepoint is not undone:
        savepoint = savepoint.parent
    return savepoint is undone


async def _append(session: AsyncSession) -> None:
    """Gives the waiting lines their place in the chain. The head stays locked until the commit: one writer of the chain at a time."""
    entries: list[_Entry] = session.info.pop(_PENDING, [])
    if not entries:
        return
    head = await repository.lock_audit_head(session)
    for entry in entries:
        head.seq += 1
        row = entry.event
        row.seq, row.previous = head.seq, head.hash
        row.hash = head.hash = _link(row)
        await repository.add(session, row)
    await session.flush()


@dataclass(frozen=True)
class Verdict:
    """What verifying found: how many lines, where the chain ends (to keep elsewhere), and the first thing that is wrong, if any."""

    lines: int
    seq: int
    hash: str
    problem: str | None


async def verify(session: AsyncSession, expected: tuple[int, str] | None = None) -> Verdict:
    """Walks the whole chain. `expected` is an earlier end that was kept elsewhere: it must still be in the chain, with the same hash."""
    head = await repository.audit_head(session)
    seq, previous, lines = head.start_seq, head.start_hash, 0
    problem: str | None = None
    seen = {seq: previous}
    async for row in _rows(session, seq):
        lines += 1
        if row.seq != seq + 1:
            problem = f"line {seq + 1} is missing"
        elif row.previous != previous:
            problem = f"line {row.seq} does not follow the one before it"
        elif not hmac.compare_digest(row.hash, _link(row)):
            problem = f"line {row.seq} was changed"
        if problem:
            return Verdict(lines, seq, previous, problem)
        seq, previous = row.seq, row.hash
        if expected and seq == expected[0]:
            seen[seq] = previous
    if (head.seq, head.hash) != (seq, previous):
        problem = f"the last lines are gone: the chain ends at {seq}, and should at {head.seq}"
    elif expected and expected[0] >= head.start_seq and seen.get(expected[0]) != expected[1]:
        problem = f"line {expected[0]} is not the one that was kept elsewhere"
    return Verdict(lines, seq, previous, problem)


async def _rows(session: AsyncSession, after: int, batch: int = 1000) -> AsyncIterator[AuditEvent]:
    while rows := await repository.audit_events(session, after, batch):
        for row in rows:
            yield row
        after = rows[-1].seq
        session.expunge_all()


def _link(row: AuditEvent) -> str:
    """The keyed hash of a line and of the one before it: who can write in the database but lacks the key cannot make a chain."""
    assert _key is not None, "use_audit_key() has not been called"
    content: dict[str, Any] = {
        "seq": row.seq,
        "at": row.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "actor": row.actor,
        "verb": row.verb,
        "object": [row.object_kind, row.object_id],
        "change": [row.changed_from, row.changed_to],
        "reason": row.reason,
        "request": row.request_id,
        "previous": row.previous,
    }
    return hmac.new(_key, json.dumps(content, sort_keys=True).encode(), hashlib.sha256).hexdigest()


_key: bytes | None = None


def use_audit_key(secret: str) -> None:
    """Sets the key of the chain. Called once at start; it is not the key of the texts, because it must outlive that one."""
    global _key
    _key = hashlib.sha256(b"audit:" + secret.encode()).digest()
