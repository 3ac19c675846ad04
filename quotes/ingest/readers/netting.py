"""Objects made and objects deleted again, as units that are there in the end.

A deletion takes away what was made last in the same job, first by the same person. What
is deleted without having been made in the file is said and counts as nothing: it was
made before the file begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quotes.ingest.work import LeftOut, Piece

TAKEN_OFF = "a deletion, taken off what was made before"
FROM_BEFORE = "a deletion of objects that were made before this file begins"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A row that made units, or with a number below 0 deleted some."""

    row: int
    at: datetime
    of: tuple[str, str]
    by: str
    units: int
    values: Mapping[str, Any]


def net(changes: Iterable[Change]) -> Iterator[Piece | LeftOut]:
    """Yield what each row made that was not deleted again, in order of time."""
    ordered = sorted(changes, key=lambda one: (one.at, one.row))
    left = {one.row: one.units for one in ordered}
    made: dict[tuple[str, str], list[Change]] = {}
    short: set[int] = set()
    for change in ordered:
        before = made.setdefault(change.of, [])
        if change.units >= 0:
            before.append(change)
        elif _take(-change.units, change.by, before, left):
            short.add(change.row)
    for change in ordered:
        if change.units >= 0:
            values = {**change.values, "units_produced": left[change.row]}
            yield Piece(row=change.row, values=values, end=change.at)
        else:
            reason = FROM_BEFORE if change.row in short else TAKEN_OFF
            yield LeftOut(row=change.row, reason=reason)


def _take(units: int, by: str, before: list[Change], left: dict[int, int]) -> int:
    """Take units off what was made last; return how many there were not."""
    own = [one for one in reversed(before) if one.by == by]
    others = [one for one in reversed(before) if one.by != by]
    for one in (*own, *others):
        taken = min(units, left[one.row])
        left[one.row] -= taken
        units -= taken
        if not units:
            break
    return units
