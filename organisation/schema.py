"""What the JSON schemas say about a file of the catalogue, in sentences with file, line and mend."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from organisation.source import Source

SCHEMAS = Path(__file__).parent / "schemas"
TYPES = {
    "string": "text (put it between quotes)",
    "array": "a list",
    "object": "a list of names with values",
    "integer": "a whole number",
    "boolean": "true or false",
}


def schema_problems(name: str, source: Source) -> Iterator[str]:
    """One sentence for everything the schema `name` does not allow."""
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    # The schemas speak of JSON, where every name is a text.
    instance = json.loads(json.dumps(source.data))
    errors = Draft202012Validator(schema).iter_errors(instance)
    for error in sorted(errors, key=lambda error: list(map(str, error.absolute_path))):
        for keys, message in _mend(error):
            yield source.problem(keys, f"{'.'.join(map(str, keys)) or 'the file'}: {message}")


def _mend(error: ValidationError) -> Iterator[tuple[list[str | int], str]]:
    """Where one schema error is, and what to do about it, in sentences of its own."""
    keys = list(error.absolute_path)
    schema: Any = error.schema
    instance: Any = error.instance
    advice = schema.get("description", "Correct it.")
    if error.validator == "additionalProperties":
        for name in sorted(instance.keys() - schema["properties"].keys()):
            yield [*keys, name], "this is not known here. Check the spelling, or remove it."
    elif error.validator == "required":
        yield keys, f"{error.message}. Add it."
    elif error.validator == "type" and str(error.validator_value) in TYPES:
        yield keys, f"{instance!r} is not {TYPES[str(error.validator_value)]}. {advice}"
    elif "propertyNames" in error.absolute_schema_path:
        yield [*keys, instance], f"this name has the wrong form. {advice}"
    elif error.validator == "pattern":
        yield keys, f"{instance!r} has the wrong form. {advice}"
    else:
        yield keys, f"{error.message}. {advice}"
