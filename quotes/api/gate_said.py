"""What a program may say of classes of labels: counts by name, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quotes.calc.gates import GateError
from quotes.calc.gates.sample import MOST_CLASSES, ClassFound
from scoping.api.reading import Field, WrongError

MOST = 10**9
COUNTS = ("checked", "wrong", "missed", "units")
COUNT = {"type": "integer", "minimum": 0, "maximum": MOST}


def class_units() -> Field:
    """Declare how many labels of each class there are, by the name of the class."""

    def read(value: Any) -> dict[str, int]:
        if not isinstance(value, Mapping) or len(value) > MOST_CLASSES:
            raise WrongError("invalid_type", 'Write an object: {"cyclist": 42}.')
        return {str(name): _count(units) for name, units in value.items()}

    return Field(
        read=read,
        schema={
            "type": "object",
            "maxProperties": MOST_CLASSES,
            "additionalProperties": COUNT,
        },
        default={},
    )


def classes_found() -> Field:
    """Declare what was found of classes by themselves."""

    def read(value: Any) -> tuple[ClassFound, ...]:
        if not isinstance(value, list) or len(value) > MOST_CLASSES:
            raise WrongError("invalid_type", "Write a list of classes.")
        return tuple(_class_found(one) for one in value)

    fields = dict.fromkeys(COUNTS, COUNT)
    return Field(
        read=read,
        schema={
            "type": "array",
            "maxItems": MOST_CLASSES,
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string", "maxLength": 80}, **fields},
                "required": ["name", "checked", "wrong"],
                "additionalProperties": False,
            },
        },
        default=(),
    )


def _class_found(said: Any) -> ClassFound:
    if not isinstance(said, Mapping) or not isinstance(said.get("name"), str):
        raise WrongError("invalid_type", "A class has a name, checked and wrong.")
    unknown = [str(name)[:40] for name in said if name not in ("name", *COUNTS)]
    if unknown:
        raise WrongError("unknown_field", f"{unknown[0]} is not known here.")
    found = {name: _count(said[name]) for name in COUNTS if name in said}
    if "checked" not in found or "wrong" not in found:
        raise WrongError("required", "A class has a name, checked and wrong.")
    try:
        return ClassFound(name=said["name"][:80], **found)
    except GateError as error:
        raise WrongError(error.code, str(error)) from error


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise WrongError("invalid_type", "Write a whole number.")
    if not 0 <= value <= MOST:
        raise WrongError("out_of_range", f"From 0 to {MOST:,}.")
    return value
