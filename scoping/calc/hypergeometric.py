"""One chance of one sample, quickly: and the sample or number that reaches a chance.

`audit.curve` gives the release of a plan for all batches at once. A search needs it for
one batch and many plans: there the wrong units of the sample are few and lie close to
their likeliest number, and the ratios of their chances are whole numbers.
See docs/model.md#hypergeometric.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, sqrt

import numpy as np
from scipy.special import gammainccinv, ndtri

TINY = 1e-12
"""Slack of comparisons with a probability: what a float may be off by."""
MOST_ASKED = 500
"""Acceptance numbers asked one by one: qualities this close differ by less."""
DEVIATIONS, FEW = 10, 20
"""What is left out lies so many deviations and units away: under 1 in 10^15."""


def at_most(lot: int, n: int, c: int, wrong: int) -> float:
    """Return the chance that n units of a batch hold at most c of its wrong ones.

    >>> round(at_most(1000, 100, 2, 20), 9)
    0.677223988
    """
    least, most = max(0, n + wrong - lot), min(n, wrong)
    if c < least or c >= most:
        return float(c >= most)
    mode = min(max((n + 1) * (wrong + 1) // (lot + 2), least), most)
    share = wrong / lot
    reach = FEW + int(DEVIATIONS * sqrt(n * share * (1 - share) * (1 - n / lot)))
    first, last = max(least, mode - reach), min(most, mode + reach)
    if not first <= c < last:
        return float(c >= last)
    k = np.arange(first, last, dtype=np.float64)
    ratios = (wrong - k) * (n - k) / ((k + 1) * (lot - wrong - n + k + 1))
    # Weights of first + 1, first + 2, … where that of first is 1; up to 10^40 or so.
    weights = ratios.cumprod()
    return float((1 + weights[: c - first].sum()) / (1 + weights.sum()))


def smallest_sample(lot: int, wrong: int, c: int, chance: float) -> int:
    """Return the smallest sample that holds at most c wrong ones this seldom or less.

    More units never make it more likely. The search starts where a Poisson number of
    wrong units would end it. The whole batch, where even that is released.
    """

    def seldom(n: int) -> bool:
        return at_most(lot, n, c, wrong) <= chance + TINY

    if c >= wrong:
        return lot
    near = min(max(_guess(lot, wrong, c, chance), c + 1), lot)
    return _first(seldom, near=near, low=c, high=lot)


def first_true(holds: Callable[[int], bool], *, near: int, low: int, slack: int) -> int:
    """Return the first number above `low` from which on something holds.

    Up to `slack` numbers around the first it may come and go: these are all asked.
    """
    found = _first(holds, near=near, low=low, high=None)
    for earlier in range(max(low + 1, found - slack), found):
        if holds(earlier):
            return earlier
    return found


def likely_c(good: float, bad: float, kept: float, let_through: float) -> int:
    """Return about the acceptance number that two qualities need, as if Poisson.

    The good and the bad mean of the sample lie that far apart in standard deviations.
    """
    if good <= 0:
        return 0
    ratio = bad / good
    apart = float(ndtri(kept)) - float(ndtri(let_through)) * sqrt(ratio)
    return max(0, int((apart / (ratio - 1)) ** 2))


def wavering(good: float, bad: float) -> int:
    """Return around how many acceptance numbers the kindness of whole samples wavers.

    One more is kinder by about (1 − good ÷ bad) of what whole samples may cost, `good`.
    """
    return min(2 + int(2 * good * bad / (bad - good)), MOST_ASKED)


def _guess(lot: int, wrong: int, c: int, chance: float) -> int:
    """Return about the sample that holds at most c wrong ones this often.

    The mean of a Poisson number, over the share that a binomial one would need (Wise
    1954: half of what is drawn is gone already), less half of what the two differ by.
    """
    if chance <= 0:
        return lot
    mean = float(gammainccinv(c + 1, chance))
    n = mean * lot / wrong
    for _ in range(2):
        share = (wrong - c / 2) / max(lot - (n - 1) / 2, 1.0)
        n = mean / share + (c - mean) / 2
    return ceil(n)


def _first(
    holds: Callable[[int], bool], *, near: int, low: int, high: int | None
) -> int:
    """Return where something starts to hold; `high`: known to hold, or not known."""
    step = 1
    if holds(near):
        high = near
        while high - step > low and holds(high - step):
            high, step = high - step, step * 2
        low = max(low, high - step)
    else:
        low = near
        while (high is None or low + step < high) and not holds(low + step):
            low, step = low + step, step * 2
        high = low + step if high is None else min(high, low + step)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
