"""What goes over the wire about a resident's rights."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from api.intakes.schemas import Short
from api.wire import Body


class OwnContact(Body):
    """How the resident can be reached."""

    name: Short | None = None
    phone: Short | None = None
    email: Short | None = None
    preference: Short | None = None


class ContactCorrection(Body):
    """What was wrong."""

    contact: OwnContact


class Erasure(Body):
    """Who asked for it and how it was checked. No name: it is kept."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=500)]
