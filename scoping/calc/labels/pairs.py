"""Whose label is whose: labels of two passes over an image, matched one to one.

Of all ways to pair them the one with the greatest total overlap is taken (the
assignment problem), among pairs that overlap enough to be the same object at all. A
greedy choice, best pair first, finds fewer pairs in crowds. See docs/model.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from .values import Floats

SLACK = 1e-9
"""What rounding may take from an overlap that is exactly the least one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Two labels of one object: their places in the two passes, and their overlap."""

    first: int
    second: int
    overlap: float


def matched(overlaps: Floats, *, least: float) -> tuple[Match, ...]:
    """Return the pairs of rows and columns, in order of rows.

    `overlaps`: likeness of each label of one pass (a row) with each of the other.
    """
    enough = overlaps >= least - SLACK
    if not enough.any():
        return ()
    rows, columns = linear_sum_assignment(np.where(enough, overlaps, 0), maximize=True)
    kept = enough[rows, columns]
    return tuple(
        Match(first=int(row), second=int(column), overlap=float(overlaps[row, column]))
        for row, column in zip(rows[kept], columns[kept], strict=True)
    )
