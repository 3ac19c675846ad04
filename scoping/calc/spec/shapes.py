"""The shapes that a spec document is made of: each reads a value and publishes itself.

One table of shapes (`fields.py`) serves the reader and the JSON Schema, so that the
two cannot drift. A shape returns the value it read, or `BAD` after complaining; reading
goes on, because whoever wrote the document wants all complaints at once.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from .problems import Problem

CANONICAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_DECIMALS = 6
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")

BAD: Final = object()
"""Stands where a value could not be read; a problem says why."""


@dataclass(slots=True)
class Complaints:
    """Collects problems and the paths that the document stated."""

    problems: list[Problem] = field(default_factory=list)
    stated: set[str] = field(default_factory=set)

    def add(self, code: str, path: str, message: str) -> object:
        """Remember a problem and return `BAD`."""
        self.problems.append(Problem(code=code, path=path, message=message))
        return BAD


class Shape(ABC):
    """What a value must look like."""

    @abstractmethod
    def read(self, value: Any, path: str, to: Complaints) -> Any:
        """Return the value as read, or `BAD` after complaining."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Shape):
    """A line of text without control or direction characters."""

    most: int = 200

    def read(self, value: Any, path: str, to: Complaints) -> Any:
        """Return the text in NFC, trimmed."""
        if not isinstance(value, str):
            return to.add("invalid_type", path, "Write text here.")
        if (
            len(value) > self.most
            or len(value.encode("utf-8", "replace")) > 4 * self.most
        ):
            return to.add(
                "max_length", path, f"Write at most {self.most} characters here."
            )
        if any(unicodedata.category(mark) in ("Cc", "Cs") for mark in value):
            return to.add(
                "control_char", path, "Remove the control characters from this text."
            )
        if any(mark in BIDI for mark in value):
            return to.add(
                "bidi_control",
                path,
                "Remove the characters that turn the direction of text.",
            )
        return unicodedata.normalize("NFC", value).strip()

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the shape."""
        return {"type": "string", "maxLength": self.most}


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(Shape):
    """One of some words, or any short key where none are listed: the card's words."""

    choices: tuple[str, ...] = ()

    def read(self, value: Any, path: str, to: Complaints) -> Any:
        """Return the word, exactly as listed."""
        if not self.choices:
            return Text(most=40).read(value, path, to)
        if isinstance(value, str) and value in self.choices:
            return value
        said = value if isinstance(value, str) else repr(value)
        near = difflib.get_close_matches(str(said).strip().lower(), self.choices, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        return to.add(
            "unknown_choice",
            path,
            f"“{said[:40]}” is none of: {', '.join(self.choices)}.{hint}",
        )

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the shape."""
        if not self.choices:
            return {"type": "string", "maxLength": 40}
        return {"enum": list(self.choices)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Shape):
    """True or false."""

    def read(self, value: Any, path: str, to: Complaints) -> Any:
        """Return the flag."""
        if isinstance(value, bool):
            return value
        return to.add("invalid_type", path, "Write true or false.")

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the shape."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Shape):
    """A number between two bounds, exact as written; text only in canonical form."""

    low: Decimal
    high: Decimal
    whole: bool = False

    def read(self, value: Any, path: str, to: Complaints) -> Any:
        """Return a Decimal, or an int where the number must be whole."""
        found = self._exact(value, path, to)
        if found is BAD:
            return BAD
        if found < self.low:
            return to.add("min_value", path, f"Write {self.low:,} or more.")
        if found > self.high:
            return to.add("max_value", path, f"Write {self.high:,} or less.")
        return self._whole(found, path, to) if self.whole else _short(found, path, to)

    def _whole(self, found: Decimal, path: str, to: Complaints) -> Any:
        if found != found.to_integral_value():
            return to.add("not_whole", path, f"{found} is not a whole number.")
        return int(found)

    def _exact(self, value: Any, path: str, to: Complaints) -> Any:
        if isinstance(value, bool) or not isinstance(
            value, int | float | str | Decimal
        ):
            return to.add("invalid_number", path, "Write a number here.")
        text = value if isinstance(value, str) else str(value)
        if NOT_FINITE.fullmatch(text.strip()):
            return to.add("not_finite", path, "Write a finite number.")
        if isinstance(value, str) and not CANONICAL.fullmatch(value):
            return to.add(
                "invalid_number",
                path,
                f"“{value[:40]}” is not a plain number. Write 100000 or 4.5: no "
                f"separators, a dot for decimals.",
            )
        if len(text) > 40:  # noqa: PLR2004 - nobody counts that far
            return to.add("too_precise", path, "Write a shorter number.")
        return Decimal(text)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the shape: a number, or the same as text."""
        number = {
            "type": "integer" if self.whole else "number",
            "minimum": _plain(self.low),
            "maximum": _plain(self.high),
        }
        text = {"type": "string", "pattern": f"^{CANONICAL.pattern}$"}
        return {"anyOf": [number, text]}


def whole(low: int, high: int) -> Number:
    """Return the shape of a whole number between two bounds."""
    return Number(low=Decimal(low), high=Decimal(high), whole=True)


def number(low: str, high: str) -> Number:
    """Return the shape of a number between two bounds."""
    return Number(low=Decimal(low), high=Decimal(high))


def share(low: str = "0", high: str = "1") -> Number:
    """Return the shape of a share."""
    return number(low, high)


def _short(found: Decimal, path: str, to: Complaints) -> Any:
    exponent = found.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > MOST_DECIMALS:
        return to.add("too_precise", path, f"Write at most {MOST_DECIMALS} decimals.")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Shape):
    """A date as YYYY-MM-DD, and in no other form."""

    def read(self, value: Any, path: str, to: Complaints) -> Any:
        """Return the date."""
        text = value.isoformat() if type(value) is date else value
        if isinstance(text, str) and ISO_DAY.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                return to.add(
                    "invalid_date", path, f"{text} is no day of any calendar."
                )
        return to.add("invalid_date", path, "Write the date as 2026-03-02.")

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the shape."""
        return {"type": "string", "format": "date", "pattern": f"^{ISO_DAY.pattern}$"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Shape):
    """A list of one shape, with bounds on its length."""

    of: Shape
    most: int
    least: int = 1
    name: str = "entries"

    def read(self, value: Any, path: str, to: Complaints) -> Any:
        """Return the list; its length is checked before anything in it."""
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            return to.add("invalid_type", path, "Write a list here.")
        if len(value) < self.least:
            return to.add(
                "empty", path, f"Write at least {self.least} of the {self.name}."
            )
        if len(value) > self.most:
            return to.add(
                f"too_many_{self.name}",
                path,
                f"Write at most {self.most:,} {self.name}; these are {len(value):,}.",
            )
        found = []
        for index, one in enumerate(value):
            to.stated.add(f"{path}/{index}")
            found.append(self.of.read(one, f"{path}/{index}", to))
        return found

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the shape."""
        return {
            "type": "array",
            "items": self.of.schema(),
            "minItems": self.least,
            "maxItems": self.most,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys(Shape):
    """A mapping with known keys; unknown ones are errors naming the nearest known."""

    fields: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    nullable: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()

    def read(self, value: Any, path: str, to: Complaints) -> Any:
        """Return a dictionary of what was stated."""
        if not isinstance(value, Mapping):
            return to.add("invalid_type", path, "Write an object with named keys here.")
        found: dict[str, Any] = {}
        for key, said in value.items():
            at = f"{path}/{pointer(str(key))}"
            if key not in self.fields:
                self._unknown(str(key), at, to)
                continue
            to.stated.add(at)
            if said is None and key in self.nullable:
                found[key] = None
                continue
            found[key] = self.fields[key].read(said, at, to)
        for key in self.required:
            if key not in value:
                to.add("required", f"{path}/{key}", f"{key} is missing. State it.")
        return found

    def _unknown(self, key: str, at: str, to: Complaints) -> None:
        if key in self.computed:
            to.add("read_only_field", at, f"{key[:40]} is computed. Leave it out.")
            return
        near = difflib.get_close_matches(key, self.fields, n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]}?" if near else ""
        to.add("unknown_field", at, f"There is no “{key[:40]}” here.{hint}")

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the shape."""
        properties = {}
        for key, shape in self.fields.items():
            one = shape.schema()
            properties[key] = (
                {"anyOf": [one, {"type": "null"}]} if (key in self.nullable) else one
            )
        found: dict[str, Any] = {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
        }
        if self.required:
            found["required"] = list(self.required)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Either(Shape):
    """A plain value, or one of several objects told apart by their keys."""

    plain: Shape
    objects: tuple[Keys, ...]

    def read(self, value: Any, path: str, to: Complaints) -> Any:
        """Return the plain value, or the dictionary of the object that fits best."""
        if not isinstance(value, Mapping):
            return self.plain.read(value, path, to)
        best = max(
            self.objects, key=lambda one: sum(key in one.fields for key in value)
        )
        return best.read(value, path, to)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the shape."""
        return {"anyOf": [self.plain.schema(), *(one.schema() for one in self.objects)]}


def pointer(key: str) -> str:
    """Return a key as part of a JSON pointer."""
    return key[:60].replace("~", "~0").replace("/", "~1")


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
