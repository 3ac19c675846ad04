"""How long items take, in figures that can be added: one answer in any order and size.

The number of items, the sum of their seconds, of the logarithms and of their squares,
and the longest: all whole numbers (milliseconds, thousand millionths), so that adding
them is exact and parts of a log give what the whole gives. Each logarithm is rounded
once, by at most half a thousand millionth, and so is their mean; from there on nothing
is. From them come the typical time, its spread, and what a person needs to see an
outlier. See docs/model.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from math import exp, sqrt
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole: TypeAlias = NDArray[np.int64]

LOG_PARTS = 10**9
"""Logarithms are kept as whole thousand millionths."""
THOUSAND = 1000
CHUNK = 100_000
MILLI = Decimal("0.001")
STEPS = 64
"""Sizes of times in a doubling: those of one size differ by a per cent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What is known of the times of items after adding them up."""

    n: int = 0
    milliseconds: int = 0
    logs: int = 0
    squares: int = 0
    longest: int = 0

    def __add__(self, other: Times) -> Times:
        """Return both together: the same whichever comes first."""
        return Times(
            n=self.n + other.n,
            milliseconds=self.milliseconds + other.milliseconds,
            logs=self.logs + other.logs,
            squares=self.squares + other.squares,
            longest=max(self.longest, other.longest),
        )

    @property
    def typical_seconds(self) -> float | None:
        """Return the geometric mean, None of nothing."""
        return exp(self.logs / LOG_PARTS / self.n) if self.n else None

    @property
    def spread(self) -> float | None:
        """Return the standard deviation of the logarithms, None below two items."""
        if self.n < 2:  # noqa: PLR2004
            return None
        mean = self.logs / LOG_PARTS / self.n
        mean_square = self.squares / LOG_PARTS / self.n
        return sqrt(max(0.0, mean_square - mean * mean) * self.n / (self.n - 1))

    def to_data(self) -> list[int]:
        """Return the five figures, for a child to write and `from_data` to read."""
        return [self.n, self.milliseconds, self.logs, self.squares, self.longest]

    @classmethod
    def from_data(cls, said: Sequence[int]) -> Times:
        """Return what `to_data` wrote."""
        n, milliseconds, logs, squares, longest = said
        return cls(
            n=n, milliseconds=milliseconds, logs=logs, squares=squares, longest=longest
        )


def times_of(seconds: Iterable[Decimal]) -> Times:
    """Return the times of items, a chunk at a time; items without any are left out."""
    values = [int(one * THOUSAND) for one in seconds if one > 0]
    chunks = [values[at : at + CHUNK] for at in range(0, len(values), CHUNK)]
    return reduce(lambda first, second: first + second, map(_chunk, chunks), Times())


def logs_of(milliseconds: Whole) -> tuple[Whole, Whole]:
    """Return the logarithms of times above 0, and their squares, in whole parts."""
    import numpy as np

    logs = np.log(milliseconds / THOUSAND)
    squares = np.rint(logs * logs * LOG_PARTS).astype(np.int64)
    return np.rint(logs * LOG_PARTS).astype(np.int64), squares


def sizes_of(milliseconds: Whole) -> Whole:
    """Return the size of each time: one of so many steps of a doubling."""
    import numpy as np

    sizes: Whole = np.floor(np.log2(milliseconds) * STEPS).astype(np.int64)
    return sizes


def begin_of(size: int) -> Decimal:
    """Return from how many seconds on a time has a size."""
    return (Decimal(2 ** (size / STEPS)) / THOUSAND).quantize(MILLI)


def _chunk(milliseconds: Sequence[int]) -> Times:
    # Here, since most files that a child reads have no times of items.
    import numpy as np

    spent = np.array([one for one in milliseconds if one > 0], np.int64)
    if not len(spent):
        return Times()
    logs, squares = logs_of(spent)
    return Times(
        n=len(spent),
        milliseconds=int(spent.sum()),
        logs=int(logs.sum()),
        squares=int(squares.sum()),
        longest=int(spent.max()),
    )
