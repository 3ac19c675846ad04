"""What the rows of a block add up to, group by group: whole numbers, added exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np

from .item_cells import Flags, Numbers, Whole
from .item_sums import Rolled, Totals
from .statistics import Times, logs_of, sizes_of

TIMED = "active_seconds"
SECONDS = (TIMED, "review_seconds")
LOW = 24
"""Bits of a number that are added apart from those above."""


class Adding:
    """Adds rows up; what it learns of single items goes into the log as a whole.

    `cap` is the most thousandths that one item may count for.
    """

    def __init__(self, rolled: Rolled, *, cap: int | None) -> None:
        """Take the log that the rows belong to."""
        self._rolled, self._cap = rolled, cap

    def row(self, said: Mapping[str, int]) -> Totals:
        """Return one row as totals: the same as in a block of its own."""
        one = np.zeros(1, np.int64)
        numbers = {
            name: Numbers(one + value, one == 0, one == 0)
            for name, value in said.items()
        }
        timed = one + said.get(TIMED, 0) > 0
        ((_, found),) = self.block(numbers, timed, one, one, 1)
        return found

    def block(
        self,
        numbers: Mapping[str, Numbers],
        timed: Flags,
        rows: Whole,
        codes: Whole,
        many: int,
    ) -> Iterator[tuple[int, Totals]]:
        """Yield the number of each group and what its rows add up to.

        `codes` are the groups of `rows`, `timed` tells which rows have a time. A time
        of 0 is none.
        """
        count = np.bincount(codes, minlength=many).tolist()
        sums: list[Counter[str]] = [Counter() for _ in range(many)]
        known: list[Counter[str]] = [Counter() for _ in range(many)]
        times = [Times()] * many
        for name, one in numbers.items():
            values, there = one.values[rows], one.known[rows]
            if name == TIMED:
                self._rolled.zeros += int((there & ~timed[rows]).sum())
                there = timed[rows]
                times = self._times(self._capped(values[there]), codes[there], many)
                added = [each.milliseconds for each in times]
            else:
                added = added_up(values, codes, many)
            counts = count
            if not there.all():
                counts = np.bincount(codes[there], minlength=many).tolist()
            for code, in_rows in enumerate(counts):
                if in_rows:
                    sums[code][name], known[code][name] = added[code], in_rows
        for code, of_rows in enumerate(count):
            if of_rows:
                yield (
                    code,
                    Totals(
                        rows=of_rows,
                        sums=sums[code],
                        known=known[code],
                        times=times[code],
                    ),
                )

    def _capped(self, spent: Whole) -> Whole:
        longest = int(spent.max(initial=0))
        self._rolled.longest = max(self._rolled.longest, longest)
        if self._cap is None or longest <= self._cap:
            return spent
        over = spent > self._cap
        self._rolled.capped += int(over.sum())
        self._rolled.cut += sum(spent[over].tolist()) - self._cap * int(over.sum())
        return np.minimum(spent, self._cap)

    def _times(self, spent: Whole, codes: Whole, many: int) -> list[Times]:
        """Return the times of each group, and count all by their size."""
        if not len(spent):
            return [Times()] * many
        self._count(sizes_of(spent), spent)
        logs, squares = logs_of(spent)
        longest = np.zeros(many, np.int64)
        np.maximum.at(longest, codes, spent)
        return [
            Times(n=n, milliseconds=total, logs=log, squares=square, longest=most)
            for n, total, log, square, most in zip(
                np.bincount(codes, minlength=many).tolist(),
                added_up(spent, codes, many),
                added_up(logs, codes, many),
                added_up(squares, codes, many),
                longest.tolist(),
                strict=True,
            )
        ]

    def _count(self, sizes: Whole, spent: Whole) -> None:
        least = int(sizes.min())
        sizes = sizes - least
        many = int(sizes.max()) + 1
        totals = added_up(spent, sizes, many)
        for size, n in enumerate(np.bincount(sizes, minlength=many).tolist()):
            if n:
                self._rolled.spread[size + least] += n
                self._rolled.within[size + least] += totals[size]


def added_up(values: Whole, codes: Whole, many: int) -> list[int]:
    """Return the sum of the values of each group, exactly.

    `bincount` adds doubles, which are exact up to 2^53: large numbers are added in two
    parts.
    """

    def add(part: Whole) -> list[int]:
        found = np.bincount(codes, weights=part, minlength=many)
        whole: list[int] = found.astype(np.int64).tolist()
        return whole

    if int(np.abs(values).max(initial=0)) < 2**53 // max(len(values), 1):
        return add(values)
    return [
        (upper << LOW) + lower
        for upper, lower in zip(
            add(values >> LOW), add(values & ((1 << LOW) - 1)), strict=True
        )
    ]
