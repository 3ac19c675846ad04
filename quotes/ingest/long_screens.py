"""What is surely not in a long file, so that the database need not look for it.

A screen remembers eight bytes of each row, and of no more rows than so many: beyond, or
where two rows may be alike, nothing is sure and the database looks; at those few rows
alone where they can be named. It never says what is in a file, only what cannot be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from .fields import MOMENTS
from .long_columns import Cells

KEYS_DIFFER = "keys differ"
"""No two rows have the same natural key."""
WHOLE_DAYS = "whole days"
"""Each row with a begin and an end is of one day of the site, from its midnight on."""
MOST_ROWS = 4_000_000
MOST_DOUBTED = 1_000
PAGE = ("actor", *MOMENTS, "active_seconds")
MIXED = np.uint64(0x9E3779B97F4A7C15)
NO_NUMBERS: NDArray[np.int32] = np.empty(0, np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen of the rows of a block: eight bytes of each key, and of each page.

    `days`: whether each row is of one day of the site, from its midnight on.
    """

    keys: NDArray[np.uint64]
    pages: NDArray[np.uint64] | None
    numbers: NDArray[np.int32]
    days: bool


class Screen:
    """What was seen of the rows of a file so far."""

    def __init__(self, zone: str) -> None:
        """Begin with a file of no rows: of it everything is sure."""
        self._zone = ZoneInfo(zone)
        self._keys = _Seen()
        self._pages = _Seen()
        self._days = True
        self._midnight: dict[datetime, bool] = {}

    def look(
        self, taken: Sequence[Cells], keys: Sequence[bytes], numbers: Sequence[int]
    ) -> Look:
        """Look at the good rows of a block, digests of their keys, their numbers."""
        by_name = {one.name: one for one in taken}
        return Look(
            keys=np.frombuffer(b"".join(keys), ">u8")[::4].astype(np.uint64),
            pages=_mixed([by_name[name] for name in PAGE], many=len(keys))
            if all(name in by_name for name in PAGE)
            else None,
            numbers=np.asarray(numbers, np.int32),
            days=not all(name in by_name for name in MOMENTS)
            or all(
                start is None or end is None or self._is_day(start, end)
                for start, end in _pairs(*(by_name[name] for name in MOMENTS))
            ),
        )

    def remember(self, one: Look) -> None:
        """Remember what was seen of a block."""
        self._keys.add(one.keys)
        if one.pages is not None:
            self._pages.add(one.pages, one.numbers)
        self._days = self._days and one.days

    def sure(self) -> Iterator[str]:
        """Yield what is sure of all rows together."""
        if self._keys.differ():
            yield KEYS_DIFFER
        if self._days:
            yield WHOLE_DAYS

    def doubted(self) -> tuple[int, ...] | None:
        """Return the numbers of the rows that may be one page of a tool with another.

        A page gives a person the same seconds from the same begin to the same end.
        None: there may be more of them than are named.
        """
        if self._pages.differ():
            return ()
        found = self._pages.alike()
        return None if found is None or len(found) > MOST_DOUBTED else tuple(found)

    def _is_day(self, start: datetime, end: datetime) -> bool:
        if start != end:
            return False
        if start not in self._midnight:
            self._midnight[start] = start.astimezone(self._zone).time() == time()
        return self._midnight[start]


class _Seen:
    """Eight bytes of each row, and its number where that is asked for."""

    def __init__(self) -> None:
        self._parts: list[NDArray[np.uint64]] = []
        self._numbers: list[NDArray[np.int32]] = []
        self._many = 0

    def add(
        self, part: NDArray[np.uint64], numbers: NDArray[np.int32] = NO_NUMBERS
    ) -> None:
        self._many += len(part)
        if self._many <= MOST_ROWS:
            self._parts.append(part)
            self._numbers.append(numbers)
        else:
            self._parts.clear()
            self._numbers.clear()

    def differ(self) -> bool:
        if self._many > MOST_ROWS:
            return False
        if not self._parts:
            return True
        every = np.concatenate(self._parts)
        every.sort()
        return not bool((every[1:] == every[:-1]).any())

    def alike(self) -> list[int] | None:
        """Return the rows whose bytes others have too, None if unknown."""
        if self._many > MOST_ROWS:
            return None
        every = np.concatenate(self._parts)
        ordered = np.sort(every)
        again = np.isin(every, ordered[1:][ordered[1:] == ordered[:-1]])
        found: list[int] = np.concatenate(self._numbers)[again].tolist()
        return found


def _mixed(columns: Sequence[Cells], *, many: int) -> NDArray[np.uint64]:
    """Return eight bytes of what some columns say, the same for rows that are alike."""
    found = np.zeros(many, np.uint64)
    for one in columns:
        piece = one.written()
        found *= MIXED
        if piece.parts is None:
            found += np.uint64(hash(piece.shape % ()) % 2**64)
        else:
            words = np.fromiter(map(hash, piece.parts), np.int64, many)
            found += words.view(np.uint64)
        found ^= found >> np.uint64(29)
    return found


def _pairs(start: Cells, end: Cells) -> Iterator[tuple[Any, Any]]:
    """Yield the distinct pairs of begin and end in a block."""
    start_of, end_of = start.values(), end.values()
    if start.cells == end.cells:
        yield from ((start_of(cell), end_of(cell)) for cell in start.distinct)
        return
    for one, other in set(zip(start.cells, end.cells, strict=True)):
        yield start_of(one), end_of(other)
