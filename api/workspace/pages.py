"""The professionals' pages under `/werk`: this router puts them together, `desk.py` says what they share."""

from __future__ import annotations

from fastapi import APIRouter

from api.workspace import (
    access_actions,
    account_page,
    administrator_pages,
    audit_page,
    bar_page,
    intake_actions,
    intake_page,
    lost_page,
    news,
    own_work_page,
    people_page,
    queue_page,
    rights_actions,
    shared_page,
    sign_in_page,
    single_sign_on_page,
    team_page,
)
from api.workspace.desk import error_page, set_up_first

__all__ = ["error_page", "router", "set_up_first"]

router = APIRouter(include_in_schema=False)
for page in (
    bar_page,
    news,
    sign_in_page,
    single_sign_on_page,
    account_page,
    queue_page,
    own_work_page,
    shared_page,
    team_page,
    lost_page,
    people_page,
    administrator_pages,
    audit_page,
    intake_page,
    intake_actions,
    access_actions,
    rights_actions,
):
    router.include_router(page.router)
