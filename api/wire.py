"""The form of everything that goes over the wire: camelCase outside, snake_case inside."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

MAX_TEXT = 4000
NonBlank = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT)]


class Body(BaseModel):
    """What a caller sends. A property we do not know is a mistake, and the caller hears so."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class View(BaseModel):
    """What a caller may see of a row: only the properties named here."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True, extra="ignore")
