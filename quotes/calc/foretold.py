"""What had been forecast of each finished batch of a line before it came.

The model is that of the cost at completion (completion.py), of one batch ahead of all
before it. Forecasting each anew takes a matrix of all before it for every node of the
grid; but what was seen before one batch was seen before every later one too. So the
walk of the level and the luck of batches are followed batch by batch (a Kalman filter
of one state), which leaves independent remainders of the levels, of a constant and of
the falling start; level and height of the start are then a regression on these, whose
sums grow by one term a batch. The answers are those of the matrices, except that beyond
60 batches no neighbours have to be taken together. See docs/model.md#foretold.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr

from .completion import (
    BATCH_SIGMA,
    DRIFT_BELIEFS,
    DRIFTS,
    ITEM_SIGMA,
    JITTER,
    LENGTHS,
    SPREAD_BELIEFS,
    SPREADS,
    START,
    START_DOUBT,
    Done,
    Row,
)


def chances_before(
    done: Sequence[Done], *, level_sigma: float, first: int
) -> list[float]:
    """Return the chance that each batch would cost at most what it then did.

    `done` are batches of one line in their order; the first so many are not forecast.
    """
    places = np.arange(len(done))
    planned = np.array([one.planned for one in done])
    levels = np.log([one.actual for one in done]) - np.log(planned)
    spreads, drifts, lengths = (
        axis.ravel() for axis in np.meshgrid(SPREADS, DRIFTS, LENGTHS, indexing="ij")
    )
    beliefs = np.add.outer(SPREAD_BELIEFS, DRIFT_BELIEFS).repeat(len(LENGTHS))
    own = (BATCH_SIGMA * spreads[:, None]) ** 2 + ITEM_SIGMA**2 / np.array(
        [one.units for one in done]
    )
    falling = np.exp(-places / lengths[:, None])
    middle = np.cumsum(falling * planned, axis=1) / np.cumsum(planned)
    seen = _Seen(drifts=drifts, level=level_sigma)
    found = []
    for at, level in enumerate(levels):
        if at >= first:
            mean, variance, evidence = seen.forecast(falling[:, at], middle[:, at])
            weights = np.exp(beliefs + evidence - (beliefs + evidence).max())
            each = ndtr((level - mean) / np.sqrt(variance + own[:, at]))
            found.append(float(weights @ each / weights.sum()))
        seen.add(level, falling[:, at], own[:, at] + JITTER)
    return found


class _Seen:
    """What was seen so far, one place in each row for every node of the grid.

    `sums` are products of the remainders of level, constant and start with one another
    over their variance; `logs` the logarithm of the determinant of all of them.
    """

    def __init__(self, *, drifts: Row, level: float) -> None:
        self.level = level
        self.step = drifts**2
        self.variance = self.step
        self.walk = np.zeros((3, len(drifts)))
        self.sums = np.zeros((3, 3, len(drifts)))
        self.logs = np.zeros(len(drifts))

    def add(self, level: float, falling: Row, own: Row) -> None:
        """Take in a batch, and let the walk go on by one."""
        new = np.stack((np.full(len(own), level), np.ones(len(own)), falling))
        rest, whole = new - self.walk, self.variance + own
        self.sums += rest[:, None] * rest / whole
        self.logs += np.log(whole)
        gain = self.variance / whole
        self.walk += gain * rest
        self.variance = self.variance * (1 - gain) + self.step

    def forecast(self, falling: Row, middle: Row) -> tuple[Row, Row, Row]:
        """Return mean and variance of the next batch, and what speaks for each node.

        Its own luck is left out. The start counts from its `middle` over the line.
        """
        (yy, y1, yf), (_, ones, of), (_, _, ff) = self.sums
        # The start less its middle: its products with itself, the constant, the level.
        mixed, square, moved = (
            of - middle * ones,
            ff - 2 * middle * of + middle**2 * ones,
            yf - middle * y1,
        )
        first, second = y1 - START * mixed, moved - START * square
        whole = yy - 2 * START * moved + START**2 * square
        high, low = ones + self.level**-2, square + START_DOUBT**-2
        size = high * low - mixed**2
        lifted = (low * first - mixed * second) / size
        started = (high * second - mixed * first) / size
        evidence = first * lifted + second * started - whole - self.logs - np.log(size)
        one = 1 - self.walk[1]
        start = falling - self.walk[2] - middle * one
        mean = self.walk[0] + one * lifted + start * (START + started)
        doubt = (low * one**2 - 2 * mixed * one * start + high * start**2) / size
        return mean, self.variance + doubt, evidence / 2
