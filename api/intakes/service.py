"""Everything that happens to an intake, for whoever calls: made, worked on, looked up and taken back."""

from __future__ import annotations

from api.intakes.base import ASSISTANT, RESIDENT
from api.intakes.making import Making
from api.intakes.of_resident import OfResident
from api.intakes.referring import Referring
from api.intakes.views import queue_item, whole
from api.intakes.working import Working

__all__ = ["ASSISTANT", "RESIDENT", "Intakes", "queue_item", "whole"]


class Intakes(Making, Working, Referring, OfResident):
    """Intakes within one transaction."""
