"""The audit log over HTTP, for the privacy officer."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.dependencies import CurrentPerson, ReadSession
from api.errors import Forbidden
from api.people.models import Role
from api.privacy import repository
from api.privacy.audit import Verb, verify
from api.wire import View

router = APIRouter(prefix="/audit", tags=["audit"])


class AuditLine(View):
    """Who did what with what, when and why."""

    seq: int
    at: dt.datetime
    actor: str
    verb: str
    object_kind: str
    object_id: str | None
    changed_from: str | None
    changed_to: str | None
    reason: str | None
    request_id: str | None


class AuditPage(View):
    """Newest first; ask on with `before` = the last seq."""

    items: list[AuditLine]


class AuditVerdict(View):
    """Whether the chain is whole, and where it ends: keep that elsewhere."""

    whole: bool
    problem: str | None
    lines: int
    end: str


async def require_privacy_officer(current: CurrentPerson) -> None:
    """Raises `Forbidden` for anybody else."""
    if current.person.role is not Role.PRIVACY_OFFICER:
        raise Forbidden("Alleen de functionaris gegevensbescherming ziet dit.")


@router.get("", operation_id="listAudit", dependencies=[Depends(require_privacy_officer)])
async def list_audit(
    session: ReadSession,
    verb: Verb | None = None,
    actor: Annotated[str | None, Query(max_length=40)] = None,
    object_id: Annotated[str | None, Query(alias="object", max_length=80)] = None,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AuditPage:
    """Lines of the log, newest first."""
    rows = await repository.search_audit(
        session, verb=verb.value if verb else None, actor=actor, object_id=object_id, before=before, limit=limit
    )
    return AuditPage(items=[AuditLine.model_validate(row) for row in rows])


@router.get("/verification", operation_id="verifyAudit", dependencies=[Depends(require_privacy_officer)])
async def verify_audit(session: ReadSession) -> AuditVerdict:
    """Walks the whole chain."""
    found = await verify(session)
    return AuditVerdict(
        whole=found.problem is None, problem=found.problem, lines=found.lines, end=f"{found.seq}:{found.hash}"
    )
