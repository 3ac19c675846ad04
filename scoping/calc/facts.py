"""Published figures as data: each a range of two numbers, with a source and a date.

A figure without a source is refused, and so is one that is no text: a fact is what was
read, digit by digit. See docs/model.md#facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .rivals import BOUNDED, Bound

PLAIN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,8})?")


class FactError(ValueError):
    """Raised for a published figure that is no figure, or has no source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A published figure, as a range, with where it was read."""

    key: str
    name: str
    low: Decimal
    high: Decimal
    unit: str
    source: str
    url: str
    as_of: str

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        """Return the cheap and the dear end."""
        return self.low, self.high


def read_facts(rows: Mapping[str, Any], *, where: str) -> dict[str, Fact]:
    """Return the facts of a table by key. Raises FactError, naming the row."""
    return {
        key: Fact(
            key=key,
            name=text_of(row, "name"),
            unit=text_of(row, "unit"),
            url=text_of(row, "url"),
            **range_of(row, where=f"{where}/{key}"),
        )
        for key, row in rows.items()
    }


def read_bounds(document: Mapping[str, Any]) -> dict[str, Bound]:
    """Return the bounds of what nobody said. Raises FactError, naming the row."""
    rows = document["bounds"]
    all_there(rows, BOUNDED, where="bounds")
    return {
        key: Bound(
            unit=text_of(row, "unit"),
            why=text_of(row, "why"),
            **range_of(row, where=f"bounds/{key}"),
        )
        for key, row in rows.items()
    }


def all_there(rows: Mapping[str, Any], keys: frozenset[str], *, where: str) -> None:
    """Raise FactError where a row is missing that the sums need."""
    missing = sorted(keys - set(rows))
    if missing:
        raise FactError(f"{where} lacks {', '.join(missing)}. Add it with its source.")


def range_of(row: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """Return low, high, source and date of a row, for a value made of them."""
    low = number_of(row.get("low"), where=where)
    high = number_of(row.get("high"), where=where)
    if low > high:
        raise FactError(f"{where}: low {low} is above high {high}.")
    source = sourced(row, where=where)
    return {"low": low, "high": high, "source": source, "as_of": text_of(row, "as_of")}


def sourced(row: Mapping[str, Any], *, where: str) -> str:
    """Return the source of a row, which has a date too. Raises FactError."""
    if not text_of(row, "source") or not text_of(row, "as_of"):
        raise FactError(f"{where} has no source or no date. Say where it was read.")
    return text_of(row, "source")


def text_of(row: Mapping[str, Any], name: str) -> str:
    """Return a text of a row, empty where it has none."""
    return str(row.get(name) or "")


def perhaps(text: str, *, where: str) -> Decimal | None:
    """Return a number, None where the text is empty."""
    return number_of(text, where=where) if text else None


def number_of(said: object, *, where: str) -> Decimal:
    """Return a number that was written as text: facts are never binary fractions."""
    if not isinstance(said, str) or not PLAIN.fullmatch(said):
        raise FactError(f"{where}: write {said!r} as a plain number in quotes.")
    return Decimal(said)
