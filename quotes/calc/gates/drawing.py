"""Which images a sample check reads: drawn by a seed, so that anybody can draw again.

Each image of a batch has a number from 1. Its place in the reading order is that of the
SHA-256 of the seed and the number, which no tool computes differently. The sample are
the first images of that order; who reads objects reads on until the plan's number is
reached. See docs/model.md#gates.
"""

from __future__ import annotations

import hashlib

from .error import GateError

MOST_ITEMS = 1_000_000


def reading_order(seed: str, items: int) -> tuple[int, ...]:
    """Return the numbers of a batch's images, 1 to `items`, in the order of reading.

    >>> reading_order("271", 5)
    (1, 3, 4, 2, 5)
    """
    if not seed or not 1 <= items <= MOST_ITEMS:
        raise GateError(
            "impossible_draw", "A sample is drawn by a seed, from a batch with images."
        )

    def place(number: int) -> tuple[bytes, int]:
        return hashlib.sha256(f"{seed}:{number}".encode()).digest(), number

    return tuple(sorted(range(1, items + 1), key=place))
