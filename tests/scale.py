"""How much of a long test to run: all of it before a release, a twentieth otherwise."""

from __future__ import annotations

import math
import os

from scipy.special import betaincinv

SCALE = float(os.environ.get("SCALE", "0.05"))
DOUBT = 0.001  # of an interval that a share leaves by chance alone


def count(full: int) -> int:
    """Return how many of `full` trials this run affords, at least three."""
    return max(3, math.ceil(full * SCALE))


def exact_interval(successes: int, trials: int) -> tuple[float, float]:
    """Return the 99.9 % Clopper-Pearson interval of an observed share."""
    below, above = DOUBT / 2, 1 - DOUBT / 2
    failures = trials - successes
    low = betaincinv(successes, failures + 1, below) if successes else 0.0
    high = betaincinv(successes + 1, failures, above) if failures else 1.0
    return float(low), float(high)


def share_within(successes: int, trials: int, low: float, high: float) -> bool:
    """Return whether an observed share keeps the bound that was promised.

    At full scale the bound holds as written. With fewer trials the share itself is
    in doubt, so it fails only when all it may be lies outside.
    """
    if SCALE >= 1:
        return low <= successes / trials <= high
    least, most = exact_interval(successes, trials)
    return most >= low and least <= high
