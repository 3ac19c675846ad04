"""What happens where several pieces of work must all be done: merge bias and queues.

The chance that all are done by a day is the product of their chances, if they do not
hang together. Five streams that are each kept eight times in ten are kept together one
time in three. Where streams share what may go wrong they are kept together more often:
the product is the safe side. See docs/model.md#merging.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

import numpy as np
from numpy.typing import NDArray


def joint_finish(chances: Iterable[float]) -> float:
    """Return the chance that independent streams are all done, from that of each.

    >>> round(joint_finish([0.8] * 5), 5)
    0.32768
    """
    found = list(chances)
    if any(not 0 <= chance <= 1 for chance in found):
        raise ValueError("A chance lies between 0 and 1.")
    return prod(found)


def chance_each(joint: float, streams: int) -> float:
    """Return how sure each of so many equal streams must be for all to be so sure.

    >>> round(chance_each(0.8, 5), 4)
    0.9564
    """
    if streams < 1:
        raise ValueError("There must be at least one stream.")
    return float(joint ** (1 / streams))


def day_together(ordered: NDArray[np.float64], *, joint: float, streams: int) -> float:
    """Return the day by which so many streams like this one are all done, so surely.

    `ordered` are the finish days of one stream, sorted. The day is one of them: the
    first that at least the needed share of the draws does not pass.
    """
    needed = chance_each(joint, streams)
    place = int(np.ceil(needed * len(ordered) - 1e-9)) - 1
    return float(ordered[max(0, place)])


def submissions(released: float) -> float:
    """Return how often a batch is submitted until it is released, on average.

    1 ÷ the chance of release, where nothing is better at the next submission.
    """
    if not 0 < released <= 1:
        raise ValueError(
            "A batch that is never released is submitted for ever. The chance of "
            "release must lie above 0."
        )
    return 1 / released


def in_progress(a_day: float, *, days: float) -> float:
    """Return what is under way between two points: throughput × time (Little)."""
    return a_day * days
