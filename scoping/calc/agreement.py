"""What a gold set can prove about a team, and how easily luck passes it.

A gold set is a fixed number of items whose right labels are known. A team that gets
95 % of 500 right has proved 93.1 %, because luck may have helped; and a gate that may
be tried again until it is passed is passed by luck sooner or later (METHODS 4).
See docs/model.md#agreement.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from math import sqrt

import numpy as np
from scipy.special import bdtr, betaincinv, ndtri

CONFIDENCE = 0.95


class GoldSetError(ValueError):
    """Raised when a gold set's counts make no sense: more right than items."""


def gold_lower_bound(right: int, items: int, confidence: float = CONFIDENCE) -> float:
    """Return the least accuracy that this result proves (Clopper-Pearson, one-sided).

    >>> round(gold_lower_bound(475, 500), 3)
    0.931
    """
    _countable(right, items)
    if right == 0:
        return 0.0
    return float(betaincinv(right, items - right + 1, 1 - confidence))


def gold_upper_bound(right: int, items: int, confidence: float = CONFIDENCE) -> float:
    """Return the greatest accuracy that this result leaves possible, one-sided."""
    _countable(right, items)
    if right == items:
        return 1.0
    return float(betaincinv(right + 1, items - right, confidence))


def exact_interval(
    right: int, items: int, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Return the two-sided exact interval of an accuracy: for what is claimed."""
    one_sided = (1 + confidence) / 2
    return (
        gold_lower_bound(right, items, one_sided),
        gold_upper_bound(right, items, one_sided),
    )


def wilson_interval(
    right: int, items: int, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Return Wilson's two-sided interval of an accuracy: for what is shown."""
    _countable(right, items)
    z = float(ndtri((1 + confidence) / 2))
    share, spread = right / items, z * z / items
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / items + spread / (4 * items)) / (1 + spread)
    return middle - half, middle + half


def gold_max_errors(
    items: int, target: Decimal, confidence: float = CONFIDENCE
) -> int | None:
    """Return the most errors that still prove the target, None where even 0 do not.

    >>> gold_max_errors(500, Decimal("0.95")), gold_max_errors(10, Decimal("0.95"))
    (16, None)
    """
    _countable(0, items)
    errors = np.arange(items + 1)
    chance = bdtr(errors, items, 1 - float(target))
    proving = np.flatnonzero(chance <= 1 - confidence)
    return int(proving[-1]) if len(proving) else None


def gold_pass_probability(items: int, truth: float, required: Decimal) -> float:
    """Return how often a team of this true accuracy gets the required share right."""
    _countable(0, items)
    least = int((required * items).to_integral_value(rounding=ROUND_CEILING))
    return float(bdtr(items - least, items, 1 - truth))


def gold_repeated_attempts(one: float, attempts: int) -> float:
    """Return how often one of several attempts passes, each on fresh items."""
    return float(1 - (1 - one) ** attempts)


def _countable(right: int, items: int) -> None:
    if items < 1 or not 0 <= right <= items:
        raise GoldSetError(
            f"{right} right of {items} is not a result. Count from 0 to all items of a "
            f"set of at least one."
        )
