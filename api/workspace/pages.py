"""The professionals' pages under `/werk`: this router puts them together, `desk.py` says what they share."""

from __future__ import annotations

from fastapi import APIRouter

from api.workspace import intake_page, queue_page, sign_in_page
from api.workspace.desk import error_page

__all__ = ["error_page", "router"]

router = APIRouter(include_in_schema=False)
for part in (sign_in_page.router, queue_page.router, intake_page.router):
    router.include_router(part)
