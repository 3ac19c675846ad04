"""What a request may say, declared once: read from it, and printed in the schema.

Unlike a form this is for programs: a field that is not known, or is of another type
than was declared, is a mistake that is named, never guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from scoping.calc.spec import Problem, SpecError

NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,12})?")
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
LINES = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{1,3}){0,14})?")
MISSING = object()


class WrongError(ValueError):
    """Raised by a reader for a value that it does not take: a code and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the code beside the sentence."""
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that may be said: how it is read, and its JSON Schema."""

    read: Callable[[Any], Any]
    schema: Mapping[str, Any]
    default: Any = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """The fields that a body or a query may have."""

    fields: Mapping[str, Field] = field(default_factory=dict)

    def read(self, said: Any, *, path: str = "/") -> dict[str, Any]:
        """Return every field. Raises SpecError with every problem at its place."""
        if not isinstance(said, Mapping):
            raise SpecError((_problem("invalid_type", "", "Write an object."),))
        problems = [
            _problem(
                "unknown_field" if path == "/" else "unknown_parameter",
                f"{path}{_pointer(str(name), path)}",
                f"{str(name)[:40]} is not known here.",
            )
            for name in said
            if name not in self.fields
        ]
        found: dict[str, Any] = {}
        for name, one in self.fields.items():
            value = said.get(name, MISSING)
            if value is MISSING:
                found[name] = one.default
                if one.required:
                    problems.append(
                        _problem("required", f"{path}{name}", f"{name} is missing.")
                    )
                continue
            try:
                found[name] = one.read(_number(value, one) if path == "?" else value)
            except WrongError as error:
                problems.append(_problem(error.code, f"{path}{name}", str(error)))
        if problems:
            raise SpecError(tuple(problems))
        return found

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a body."""
        found: dict[str, Any] = {
            "type": "object",
            "properties": {name: dict(one.schema) for name, one in self.fields.items()},
            "additionalProperties": False,
        }
        required = [name for name, one in self.fields.items() if one.required]
        return found | ({"required": required} if required else {})


def text(*, most: int, least: int = 0, required: bool = False, **also: Any) -> Field:
    """Declare a text of at most so many characters, without control characters."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise WrongError("invalid_type", "Write a text.")
        if len(value) > most:
            raise WrongError("max_length", f"At most {most} characters.")
        if len(value.strip()) < least:
            raise WrongError("required", "Write something here.")
        if CONTROL.search(value):
            raise WrongError("control_char", "It holds a character that no text has.")
        return value.strip()

    schema: dict[str, Any] = {"type": "string", "maxLength": most, **also}
    if least:
        schema["minLength"] = least
    return Field(read=read, schema=schema, default="", required=required)


def one_of(*words: str, required: bool = False, default: str | None = None) -> Field:
    """Declare one of a few words."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise WrongError("unknown_choice", f"Choose one of {', '.join(words)}.")
        return value

    return Field(
        read=read,
        schema={"type": "string", "enum": list(words)},
        default=default,
        required=required,
    )


def yes_or_no(*, required: bool = False) -> Field:
    """Declare true or false."""

    def read(value: Any) -> bool:
        if not isinstance(value, bool):
            raise WrongError("invalid_type", "Write true or false.")
        return value

    return Field(read=read, schema={"type": "boolean"}, required=required)


def whole(
    *, least: int, most: int, default: int | None = None, required: bool = False
) -> Field:
    """Declare a whole number between two ends."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise WrongError("invalid_type", "Write a whole number.")
        if not least <= value <= most:
            raise WrongError("out_of_range", f"From {least:,} to {most:,}.")
        return value

    return Field(
        read=read,
        schema={"type": "integer", "minimum": least, "maximum": most},
        default=default,
        required=required,
    )


def decimal() -> Field:
    """Declare an exact number as text, with a dot."""

    def read(value: Any) -> Decimal:
        if not isinstance(value, str):
            raise WrongError("invalid_type", 'Write a number as text, "0.085".')
        if not NUMBER.fullmatch(value):
            raise WrongError("invalid_number", 'Write it with a dot: "0.085".')
        return Decimal(value)

    schema = {
        "type": "string",
        "pattern": f"^{NUMBER.pattern}$",
        "description": "an exact number as text",
    }
    return Field(read=read, schema=schema)


def lines() -> Field:
    """Declare the numbers of lines, 2,3."""

    def read(value: Any) -> frozenset[int]:
        if not isinstance(value, str) or not LINES.fullmatch(value):
            raise WrongError("invalid_number", "Write the numbers of lines as 2,3.")
        return frozenset(int(one) for one in value.split(",") if one)

    schema = {
        "type": "string",
        "maxLength": 60,
        "pattern": f"^{LINES.pattern}$",
        "description": "numbers of lines, 2,3",
    }
    return Field(read=read, schema=schema, default=frozenset())


def day(*, required: bool = False) -> Field:
    """Declare a day, 2026-03-02, or nothing."""

    def read(value: Any) -> date | None:
        if value is None:
            return None
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            raise WrongError("invalid_date", "Write a day as 2026-03-02.")
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise WrongError("invalid_date", "There is no such day.") from error

    return Field(
        read=read,
        schema={"type": ["string", "null"], "format": "date"},
        required=required,
    )


def moment() -> Field:
    """Declare a moment with its zone, 2026-03-02T12:00:00Z."""

    def read(value: Any) -> datetime:
        try:
            found = datetime.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise WrongError(
                "invalid_date", "Write a moment as 2026-03-02T12:00:00Z."
            ) from error
        if found.tzinfo is None:
            raise WrongError("invalid_date", "Say in which zone: end it with Z.")
        return found

    return Field(read=read, schema={"type": "string", "format": "date-time"})


def _number(value: Any, one: Field) -> Any:
    """Return what an address says as the number that it is, if one is asked for."""
    if one.schema.get("type") == "integer" and value.isascii() and value.isdecimal():
        return int(value[:19])
    return value


def _pointer(name: str, path: str) -> str:
    """Return a name as a JSON pointer writes it; an address shows it as it is."""
    short = name[:80]
    return short.replace("~", "~0").replace("/", "~1") if path == "/" else short


def _problem(code: str, path: str, message: str) -> Problem:
    return Problem(code=code, path=path, message=message)
