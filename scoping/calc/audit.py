"""What a sample decides about a batch: how often it passes, and what a pass proves.

A batch of `lot` units is released when at most `c` of `n` sampled units are wrong. The
number of wrong units in a sample drawn without putting back is hypergeometric; no
approximation is used, because batches are few, unequal and small (METHODS 3).

One curve answers everything. Add wrong units to a batch one by one: at some number the
sample fails for the first time, and the chance that it has not failed yet is the chance
of release. That number is negative hypergeometric; its probabilities follow from each
other by a ratio of whole numbers, so that no factorial is ever taken.
See docs/model.md#audit.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_UP,
    Decimal,
)
from functools import cache, lru_cache
from math import comb, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .hypergeometric import (
    TINY,
    at_most,
    first_true,
    likely_c,
    smallest_sample,
    wavering,
)
from .number import product
from .trace import plain

CONFIDENCE = Decimal("0.95")
SAFE = Decimal("0.95")
SELDOM = Decimal("0.10")
EXACT_LOT = 10_000
"""Up to this many units a chance is a ratio of whole numbers; above, a float."""
SHOWN_SHARES = tuple(
    Decimal(share) for share in ("0.005", "0.01", "0.02", "0.03", "0.05", "0.1")
)
FLOAT_DIGITS = Decimal("1e-12")
"""Decimals that such a float is good for: what it leaves of 1 may be printed, too."""
FOUR = Decimal("0.0001")
WINDOW = 45
"""Standard deviations around the likeliest value that the curve keeps."""


class PlanError(ValueError):
    """Raised when a sample cannot be: over its batch, or no two qualities apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Sample n units; release the batch when at most c of them are wrong."""

    n: int
    c: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReleaseCurve:
    """The chance of release by the number of wrong units in a batch.

    `chances[i]` belongs to `first + i` wrong units; below it is 1, beyond the end 0.
    """

    first: int
    chances: NDArray[np.float64]

    def at(self, wrong: Any) -> Any:
        """Return the chance of release at these numbers of wrong units."""
        place = np.asarray(wrong) - self.first
        inside = self.chances[np.clip(place, 0, len(self.chances) - 1)]
        return np.where(
            place < 0, 1.0, np.where(place < len(self.chances), inside, 0.0)
        )

    def most_wrong(self, chance: float) -> int:
        """Return the greatest number of wrong units with at least this chance."""
        return self.first - 1 + int(np.count_nonzero(self.chances >= chance))


@lru_cache(maxsize=64)
def curve(lot: int, n: int, c: int) -> ReleaseCurve:
    """Return the release curve of a plan, right to about twelve digits.

    The sample fails when its (c + 1)-th wrong unit turns up. It does so at the
    (j + 1)-th wrong unit of the batch with a chance in proportion to
    C(j, c) × C(N−1−j, n−1−c).
    """
    if not (0 < n <= lot and c >= 0):
        raise PlanError(
            f"A sample of {n} units, {c} of them wrong, cannot be drawn from a batch "
            f"of {lot}. Sample at least one unit and at most the whole batch."
        )
    if c >= n:
        return ReleaseCurve(first=0, chances=np.ones(lot + 1))
    last = lot - n + c
    mode = min(max(c, c * lot // max(n - 1, 1)), last)
    reach = int(WINDOW * (sqrt(c + 1) * lot / n + 1))
    up = np.arange(mode, min(last, mode + reach), dtype=np.float64)
    down = np.arange(mode - 1, max(c, mode - reach) - 1, -1, dtype=np.float64)
    weights = np.concatenate(
        [
            np.cumprod(1 / _ratio(down, lot, n, c))[::-1],
            [1.0],
            np.cumprod(_ratio(up, lot, n, c)),
        ]
    )
    later = np.cumsum(weights[::-1])[::-1]
    return ReleaseCurve(first=mode - len(down), chances=later / later[0])


def release_probability(lot: int, n: int, c: int, wrong: int) -> Decimal:
    """Return the chance that a batch with this many wrong units is released.

    A ratio of whole numbers up to `EXACT_LOT` units; above, twelve decimals.

    >>> release_probability(100, 10, 0, 1)
    Decimal('0.9')
    """
    if not (0 < n <= lot and c >= 0 and 0 <= wrong <= lot):
        raise PlanError(
            f"A batch of {lot} units cannot have {wrong} wrong and {n} sampled. "
            f"Neither number may be over the batch."
        )
    if lot > EXACT_LOT:
        return Decimal(float(curve(lot, n, c).at(wrong))).quantize(FLOAT_DIGITS)
    least = max(0, n - (lot - wrong))
    ways = comb(wrong, least) * comb(lot - wrong, n - least)
    passing = 0
    for found in range(least, min(c, n, wrong) + 1):
        passing += ways
        ways = ways * (wrong - found) * (n - found)
        ways //= (found + 1) * (lot - wrong - n + found + 1)
    return Decimal(passing) / Decimal(comb(lot, n))


def released_share(share: Any, lot: Any, n: Any, c: Any) -> Any:
    """Return the share of batches released at the first check, at this share wrong.

    A batch holds whole wrong units: the share is rounded to them (`whole_wrong`).
    `share` may be draws; the plan is single numbers. Given to twelve decimals, so that
    the share held back, 1 − released, is right in every digit that is printed.
    """
    if isinstance(share, Decimal):
        wrong = whole_wrong(int(lot), min(max(share, Decimal(0)), Decimal(1)))
        chance = release_probability(int(lot), int(n), int(c), wrong)
        return chance.quantize(FLOAT_DIGITS)
    return release_probabilities(int(lot), int(n), int(c), share)


def release_probabilities(
    lot: int, n: int, c: int, shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return `released_share` for an array of shares."""
    wrong = np.rint(np.clip(shares, 0.0, 1.0) * lot).astype(np.int64)
    chances: NDArray[np.float64] = curve(lot, n, c).at(wrong)
    return chances


@lru_cache(maxsize=512)  # lines of one size ask the same
def release_curve(lot: int, n: int, c: int) -> tuple[tuple[Decimal, Decimal], ...]:
    """Return (share wrong, chance of release) for the shares that pages print.

    The share is rounded to whole wrong units of the batch.
    """
    return tuple(
        (share, release_probability(lot, n, c, whole_wrong(lot, share)))
        for share in SHOWN_SHARES
    )


def whole_wrong(lot: int, share: Decimal) -> int:
    """Return a share of a batch in whole wrong units.

    Halves go to the even number: a share that lies between two batches is not always
    counted as the worse one, and the published figures are made so.
    """
    return int((lot * share).to_integral_value(rounding=ROUND_HALF_EVEN))


def all_released(released: Any, batches: int) -> Any:
    """Return the chance that all batches are released at the first check.

    Ten batches of 1,000 at exactly 98 % right, sampled 10 % / 2 %: 2 times in 100.
    """
    return product(*([released] * batches))


def most_wrong_passing(
    lot: int, n: int, found: int, confidence: Decimal = CONFIDENCE
) -> int:
    """Return the most wrong units a batch may have when `found` of n were wrong.

    One-sided: with more, so few would be found less often than 1 − confidence.

    >>> most_wrong_passing(1000, 100, 2)
    59
    """
    return min(lot, curve(lot, n, found).most_wrong(1 - float(confidence) + TINY))


def worst_passing(
    lot: int, n: int, c: int, confidence: Decimal = CONFIDENCE
) -> Decimal:
    """Return what a pass proves: the greatest share wrong it leaves possible.

    Taken at the worst sample that still passes, rounded up at four decimals.
    """
    most = most_wrong_passing(lot, n, c, confidence)
    return plain((Decimal(most) / lot).quantize(FOUR, rounding=ROUND_UP))


def holds_at(lot: int, n: int, c: int, chance: Decimal = SAFE) -> Decimal:
    """Return the greatest share wrong that is still released 95 times in 100.

    What production has to hold for the gate not to bind; rounded down at four decimals.
    """
    most = min(lot, curve(lot, n, c).most_wrong(float(chance) - TINY))
    return plain((Decimal(most) / lot).quantize(FOUR, rounding=ROUND_DOWN))


def seldom_released_at(lot: int, n: int, c: int, chance: Decimal = SELDOM) -> Decimal:
    """Return the least share wrong that is released 10 times in 100 or less.

    Rounded up at four decimals; a plan that always releases has none, and says 1.
    """
    least = min(lot, curve(lot, n, c).most_wrong(float(chance) + TINY) + 1)
    return plain((Decimal(least) / lot).quantize(FOUR, rounding=ROUND_UP))


@lru_cache(maxsize=256)
def two_point_plan(
    lot: int,
    *,
    good: Decimal,
    bad: Decimal,
    producer_risk: Decimal,
    consumer_risk: Decimal,
) -> Plan:
    """Return the smallest sample that tells a good batch from a bad one.

    Good is blocked at most `producer_risk` often, bad released at most `consumer_risk`
    often. Wrong units are rounded down at good and up at bad: the safe sides.

    For each c the smallest sample that stops the bad batch is also the kindest to the
    good one, and grows with c; so the first c that is kind enough is the answer.
    """
    if not 0 <= good < bad <= 1:
        raise PlanError(
            f"A plan cannot tell {good} wrong from {bad} wrong. Give a good share that "
            f"is below the bad one."
        )
    right = int((lot * good).to_integral_value(rounding=ROUND_FLOOR))
    wrong = int((lot * bad).to_integral_value(rounding=ROUND_CEILING))
    kept, let_through = 1 - float(producer_risk) - TINY, float(consumer_risk)

    @cache
    def sample(c: int) -> int:
        return smallest_sample(lot, wrong, c, let_through)

    def kind(c: int) -> bool:
        # c = right releases every good batch, at the latest.
        return c >= right or at_most(lot, sample(c), c, right) >= kept

    c = first_true(
        kind,
        near=likely_c(float(good), float(bad), kept, let_through),
        low=-1,
        slack=wavering(float(good), float(bad)),
    )
    return Plan(n=sample(c), c=c)


@lru_cache(maxsize=256)
def zero_defect_n(lot: int, *, bad: Decimal, confidence: Decimal) -> int:
    """Return the sample that, with nothing wrong in it, rules out the bad quality.

    >>> zero_defect_n(1000, bad=Decimal("0.02"), confidence=Decimal("0.95"))
    138
    """
    if not 0 < bad <= 1:
        raise PlanError(f"A sample can rule out a share above 0 up to 1, not {bad}.")
    wrong = int((lot * bad).to_integral_value(rounding=ROUND_CEILING))
    return smallest_sample(lot, wrong, 0, 1 - float(confidence))


def design_effect(per_item: Decimal, icc: Decimal) -> Decimal:
    """Return by how much drawing whole images shrinks a sample of their units.

    Units of one image err alike (`icc`, 0 to 1): 1 + (units an image − 1) × icc.
    """
    return 1 + max(per_item - 1, Decimal(0)) * icc


def effective_sample_size(units: Decimal, per_item: Decimal, icc: Decimal) -> Decimal:
    """Return how many independent units a sample of whole images is worth."""
    return units / design_effect(per_item, icc)


@lru_cache(maxsize=256)
def clean_images(right: Any, per_item: Any) -> Any:
    """Return the share of images with nothing wrong, units erring independently.

    98 % of boxes right is 90.4 % clean images at 5 boxes an image, 81.7 % at ten.
    """
    return right**per_item


def _ratio(j: NDArray[np.float64], lot: int, n: int, c: int) -> NDArray[np.float64]:
    result: NDArray[np.float64] = ((j + 1) * (lot - n + c - j)) / (
        (j + 1 - c) * (lot - 1 - j)
    )
    return result
