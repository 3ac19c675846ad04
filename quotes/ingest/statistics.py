"""How long items take, in figures that can be added: one answer in any order and size.

The number of items, the sum of their seconds, of the logarithms and of their squares,
and the longest: all whole numbers (milliseconds, thousand millionths), so that adding
them is exact and parts of a log give what the whole gives. From them come the typical
time, its spread, and what a person needs to see an outlier. pandas adds a chunk up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from math import exp, sqrt

LOG_PARTS = 10**9
"""Logarithms are kept as whole thousand millionths."""
THOUSAND = 1000
CHUNK = 100_000


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


def times_of(seconds: Iterable[Decimal]) -> Times:
    """Return the times of items, a chunk at a time; items without any are left out."""
    values = [int(one * THOUSAND) for one in seconds if one > 0]
    chunks = [values[at : at + CHUNK] for at in range(0, len(values), CHUNK)]
    return reduce(lambda first, second: first + second, map(_chunk, chunks), Times())


def _chunk(milliseconds: Sequence[int]) -> Times:
    import numpy as np
    import pandas as pd

    table = pd.DataFrame({"ms": pd.Series(milliseconds, dtype="int64")})
    table = table[table["ms"] > 0]
    if table.empty:
        return Times()
    logs = np.log(table["ms"].to_numpy() / THOUSAND)
    table["log"] = np.rint(logs * LOG_PARTS).astype("int64")
    table["square"] = np.rint(logs * logs * LOG_PARTS).astype("int64")
    sums = table.sum()
    return Times(
        n=len(table),
        milliseconds=int(sums["ms"]),
        logs=int(sums["log"]),
        squares=int(sums["square"]),
        longest=int(table["ms"].max()),
    )
