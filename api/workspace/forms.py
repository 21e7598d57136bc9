"""What professionals fill in, checked by the same schemas as the API, with a sentence at the field that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from api.errors import BadRequest

Checked = TypeVar("Checked", bound=BaseModel)


class Unfinished(BadRequest):
    """A field is empty or too long; `field` is its name."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field


def checked(schema: type[Checked], sentences: Mapping[str, str], **values: str | None) -> Checked:
    """The values as `schema` wants them. Raises `Unfinished` with the sentence for the first field that is wrong."""
    try:
        return schema(**{name: text and text.replace("\r\n", "\n") for name, text in values.items()})
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise Unfinished(field, sentences[field]) from None
