"""The cells of a block of a log, a column at a time: numbers, minutes, and words.

Only what is written as programs write it is read here, and exactly. Every other row is
named, and whoever asked reads it cell by cell as a row of a short file is read, so that
what is said of it is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .tables import MOST_CELL

Whole: TypeAlias = NDArray[np.int64]
Word: TypeAlias = NDArray[np.uint64]
Flags: TypeAlias = NDArray[np.bool_]

WORD = 8
BEFORE, BEHIND = 16, 160
"""Bytes around a block, so that a word may begin before it and end behind."""
MOST_WORDS = 16
MINUTE = 16
"""2026-03-02T08:30"""
DAY = 10
"""2026-03-02"""
THOUSANDTHS = 3
FIRST = np.array([(1 << (8 * many)) - 1 for many in range(9)], np.uint64)
"""Masks of the first bytes of a word, by how many."""
ZEROS = np.uint64(0x3030303030303030)
HIGH = np.uint64(0xF0F0F0F0F0F0F0F0)
SIX = np.uint64(0x0606060606060606)
TENS = (
    (np.uint64(10), np.uint64(8), np.uint64(0x00FF00FF00FF00FF)),
    (np.uint64(100), np.uint64(16), np.uint64(0x0000FFFF0000FFFF)),
    (np.uint64(10_000), np.uint64(32), np.uint64(0x00000000FFFFFFFF)),
)
MIXED = np.uint64(0x9E3779B97F4A7C15)
SHIFT = np.uint64(29)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers: what is said, where anything is, where it was read."""

    values: Whole
    known: Flags
    read: Flags


class Cells:
    """The cells of a block of lines without quotes, each of as many as the header."""

    def __init__(self, data: NDArray[np.uint8], starts: Whole, ends: Whole) -> None:
        """Take the bytes and where each cell begins and ends, by row and column."""
        self._data, self._starts, self._ends = data, starts, ends
        self._words: Word = np.ndarray(
            (len(data) - WORD + 1,), "<u8", buffer=data.data, strides=(1,)
        )

    @classmethod
    def of(cls, body: bytes, *, width: int, delimiter: str) -> Cells | None:
        """Return the cells of whole lines; None if it takes more than splitting."""
        data = np.frombuffer(b"\0" * BEFORE + body + b"\0" * BEHIND, np.uint8)
        ends = np.flatnonzero((data == ord("\n")) | (data == ord(delimiter)))
        if len(ends) % width:
            return None
        last = data[ends].reshape(-1, width) == ord("\n")
        if last[:, :-1].any() or not last[:, -1].all():
            return None
        starts = np.empty_like(ends)
        starts[0], starts[1:] = BEFORE, ends[:-1] + 1
        if (ends - starts).max() > MOST_CELL:
            return None
        return cls(data, starts.reshape(-1, width), ends.reshape(-1, width))

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._starts)

    def row(self, place: int) -> list[str]:
        """Return the cells of a row."""
        bounds = zip(self._starts[place], self._ends[place], strict=True)
        return [self._data[one:end].tobytes().decode() for one, end in bounds]

    def cell(self, place: int, column: int) -> str:
        """Return one cell."""
        one, end = self._starts[place, column], self._ends[place, column]
        return self._data[one:end].tobytes().decode()

    def words(self, column: int) -> tuple[list[Word], Flags]:
        """Return the bytes of the cells of a column as whole numbers, eight by eight.

        Beside them stands which cells are longer than what is told of them.
        """
        starts = self._starts[:, column]
        length = self._ends[:, column] - starts
        most = int(length.max())
        if most == length.min():
            # As in most logs: the same mask for all.
            length = np.array(most)
        found = [
            self._words[starts + at] & FIRST[np.clip(length - at, 0, WORD)]
            for at in range(0, min(most, MOST_WORDS * WORD), WORD)
        ]
        return found, np.broadcast_to(length > MOST_WORDS * WORD, starts.shape)

    def counts(self, column: int) -> Numbers:
        """Return a column of whole numbers of at most eight digits."""
        starts, ends = self._starts[:, column], self._ends[:, column]
        values, good = self._whole(starts, ends)
        known = starts < ends
        return Numbers(np.where(known, values, 0), known, good | ~known)

    def thousandths(self, column: int) -> Numbers:
        """Return a column of seconds in thousandths, with at most three decimals."""
        starts, ends = self._starts[:, column], self._ends[:, column]
        known = starts < ends
        decimals = np.zeros(len(ends), np.int64)
        for many in range(1, THOUSANDTHS + 1):
            decimals[self._data[ends - many - 1] == ord(".")] = many
        # A point before the cell belongs to another one.
        decimals[ends - decimals - 1 < starts] = 0
        points = ends - np.where(decimals > 0, decimals + 1, 0)
        whole, good = self._whole(starts, points)
        if not decimals.any():
            return Numbers(np.where(known, whole * 1000, 0), known, good | ~known)
        parts, right = self._whole(ends - decimals, ends)
        good &= right | (decimals == 0)
        scale = 10 ** (THOUSANDTHS - decimals)
        values = whole * 1000 + np.where(decimals > 0, parts * scale, 0)
        return Numbers(np.where(known, values, 0), known, good | ~known)

    def _whole(self, starts: Whole, ends: Whole) -> tuple[Whole, Flags]:
        """Return the numbers between two places, and where there is one.

        The eight bytes before the end of each, those of other cells as zeros, are
        checked and added up as one word: pairs of digits, fours, eights.
        """
        length = ends - starts
        good = (length > 0) & (length <= WORD)
        before = FIRST[np.clip(WORD - length, 0, WORD)]
        word = (self._words[ends - WORD] & ~before) | (ZEROS & before)
        digits = ((word & HIGH) == ZEROS) & (((word + SIX) & HIGH) == ZEROS)
        word = word - ZEROS
        for ten, shift, mask in TENS:
            word = ((word * ten) + (word >> shift)) & mask
        return word.astype(np.int64), good & digits

    def minutes(self, column: int) -> tuple[list[Word], Flags]:
        """Return the minute and the offset of moments as words, and where they are.

        2026-03-02T08:30:59 with up to six decimals, and nothing, Z or +07:00 behind; a
        day alone is its first minute, of the site.
        """
        starts, ends = self._starts[:, column], self._ends[:, column]
        length, data = ends - starts, self._data
        day = length == DAY
        date, time = (self._words[starts + at] for at in (0, WORD))
        second, tens = data[starts + MINUTE + 2], data[starts + MINUTE + 1]
        fine = (data[starts + MINUTE] == ord(":")) & _digit(second)
        fine &= (tens >= ord("0")) & (tens < ord("6")) & (length > MINUTE + 2)
        at = starts + MINUTE + THOUSANDTHS
        behind = data[at] == ord(".")
        at = at + behind
        digits = np.zeros(len(at), np.int64)
        going = behind & fine
        for _ in range(6):
            if not going.any():
                break
            going = going & _digit(data[at])
            digits += going
            at = at + going
        left = ends - at
        fine &= (digits > 0) | ~behind
        fine &= (left == 0) | ((left == 1) & (data[at] == ord("Z"))) | (left == 6)  # noqa: PLR2004
        offset = self._words[at] & FIRST[np.clip(left, 0, WORD)]
        time = np.where(day, time & FIRST[DAY - WORD], time)
        offset = np.where(fine & ~day, offset, np.uint64(0))
        return [date, time, offset], fine | day


def _digit(marks: NDArray[np.uint8]) -> Flags:
    return (marks >= ord("0")) & (marks <= ord("9"))


def alike(words: list[Word], rows: Whole) -> tuple[Whole, Whole] | None:
    """Return for each of some rows the number of its group, and a row of each group.

    Rows are of one group where all their words are the same. None in the case, which a
    person could make on purpose, that two groups have one digest.
    """
    told = [taken for word in words if ((taken := word[rows]) != taken[0]).any()]
    if not told:
        return np.zeros(len(rows), np.int64), rows[:1]
    digest = np.zeros(len(rows), np.uint64)
    for taken in told:
        digest = (digest ^ taken) * MIXED
        digest ^= digest >> SHIFT
    codes, distinct = pd.factorize(digest)
    first = np.empty(len(distinct), np.int64)
    first[codes[::-1]] = np.arange(len(rows))[::-1]
    if any((taken[first][codes] != taken).any() for taken in told):
        return None
    return codes, rows[first]
