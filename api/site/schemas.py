"""What anybody may know about the organisation."""

from __future__ import annotations

import datetime as dt

from api.wire import View


class OrganisationRead(View):
    """Who the resident talks to, how to reach them without the chat, and whether somebody is at work now."""

    name: str
    phone: str
    email: str
    address: str
    privacy_url: str
    open: bool
    closes_at: dt.datetime | None
    opens_at: dt.datetime | None
