"""Exact sums of whole numbers, which may be larger than one number of 64 bits holds."""

from __future__ import annotations

import numpy as np

from .moments import Whole

LOW = 24
"""Bits that are added up by themselves: room for sixteen million of the largest."""
MASK = (1 << LOW) - 1


def total(values: Whole) -> int:
    """Return the sum of numbers.

    >>> total(np.array([2**62, 2**62, 2**62, -1])) == 3 * 2**62 - 1
    True
    """
    return (int((values >> LOW).sum()) << LOW) + int((values & MASK).sum())


def sums_of(values: Whole, starts: Whole) -> list[int]:
    """Return the sums of parts of numbers, each from its start to the next."""
    upper = np.add.reduceat(values >> LOW, starts).tolist()
    lower = np.add.reduceat(values & MASK, starts).tolist()
    return [(high << LOW) + low for high, low in zip(upper, lower, strict=True)]
