"""The professionals' pages under `/werk`: this router puts them together, `desk.py` says what they share."""

from __future__ import annotations

from fastapi import APIRouter

from api.workspace import bar_page, intake_page, news, own_work_page, queue_page, sign_in_page, team_page
from api.workspace.desk import error_page

__all__ = ["error_page", "router"]

router = APIRouter(include_in_schema=False)
for page in (bar_page, news, sign_in_page, queue_page, own_work_page, team_page, intake_page):
    router.include_router(page.router)
